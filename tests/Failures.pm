# SPDX-License-Identifier: GPL-2.0-only
# What prove shows (prove --formatter Failures), and before its summary once more what failed and
# what was skipped, in words. PERL_TEST_HARNESS_DUMP_TAP is where prove keeps what the tests print.
package Failures;
use strict;
use warnings;
use TAP::Formatter::Console;
use TAP::Formatter::File;

our @ISA = -t STDOUT ? 'TAP::Formatter::Console' : 'TAP::Formatter::File';

sub summary {
	my ($self, $aggregate, @rest) = @_;

	for my $test ($aggregate->descriptions) {
		open my $tap, '<', "$ENV{PERL_TEST_HARNESS_DUMP_TAP}/$test" or next;
		print map { "$test: $_" } grep { /^not ok|^ok.* # SKIP/ } <$tap>;
	}
	$self->SUPER::summary($aggregate, @rest);
}

1;
