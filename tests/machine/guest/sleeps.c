// SPDX-License-Identifier: GPL-2.0-only
/*
 * sleeps: a timer test for a Linux guest. Sleeps COUNT times until a deadline
 * 2 to 20 ms ahead and prints its figures on one line. No sleep may be short,
 * and none may be late by a second: then its timer was lost, and something else
 * has woken the process.
 *
 *	sleeps [COUNT]
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define NS_PER_S	1000000000LL
#define SHORTEST_US	2000
#define LONGEST_US	20000

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

static void sleep_until(long long deadline)
{
	struct timespec t = {
		.tv_sec = deadline / NS_PER_S,
		.tv_nsec = deadline % NS_PER_S,
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}

int main(int argc, char **argv)
{
	int i, count = argc > 1 ? atoi(argv[1]) : 300;
	long long begin = now(), late_sum = 0, late_max = 0, late;
	int early = 0, lost = 0;

	if (count <= 0) {
		fputs("usage: sleeps [COUNT]\n", stderr);
		return 2;
	}
	/* The same lengths in each run. */
	srand(1);
	for (i = 0; i < count; i++) {
		long long us = SHORTEST_US + rand() % (LONGEST_US - SHORTEST_US + 1);
		long long deadline = now() + us * 1000;

		sleep_until(deadline);
		late = now() - deadline;
		early += late < 0;
		lost += late >= NS_PER_S;
		late_sum += late;
		if (late > late_max)
			late_max = late;
	}
	printf("sleeps count=%d short=%d lost=%d late_mean_us=%lld late_max_us=%lld all_ms=%lld\n",
	       count, early, lost, late_sum / count / 1000, late_max / 1000,
	       (now() - begin) / 1000000);
	return early || lost;
}
