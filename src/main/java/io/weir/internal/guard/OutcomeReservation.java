package io.weir.internal.guard;

import io.weir.Decision;
import io.weir.Reservation;
import io.weir.internal.count.Outcome;

/** What was taken for an operation, for as long as somebody may still say what it has cost. */
record OutcomeReservation(Outcome outcome) implements Reservation {

    @Override
    public Decision decision() {
        return outcome.decision();
    }

    @Override
    public boolean settle(long actual) {
        if (actual < 0) {
            throw new IllegalArgumentException("actual is " + actual + ", expected at least 0");
        }
        return outcome.receipt().settle(actual);
    }
}
