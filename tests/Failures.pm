# SPDX-License-Identifier: GPL-2.0-only
# For prove --formatter Failures: prove's own output, and before the summary a list of what failed
# and what was skipped. PERL_TEST_HARNESS_DUMP_TAP names the folder where prove keeps the tests'
# output.
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
