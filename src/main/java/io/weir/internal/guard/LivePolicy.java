package io.weir.internal.guard;

import io.weir.Policy;
import java.util.function.Supplier;

/** A policy as it is at any time: its mode, its numbers and its terms may change. Thread-safe. */
@FunctionalInterface
public interface LivePolicy extends Supplier<Policy> {

    /**
     * What of it depends on who asks.
     *
     * @return {@link Terms#NONE} if nothing does
     */
    default Terms terms() {
        return Terms.NONE;
    }

    /** Finds the policies of an application. Thread-safe. */
    @FunctionalInterface
    interface Finder {

        /**
         * A policy that somebody declares.
         *
         * @param name its name
         * @return the policy
         * @throws IllegalArgumentException if nobody declares it
         */
        LivePolicy find(String name);

        /**
         * What of all other policies depends on who asks.
         *
         * @return the terms of a policy that nobody declares
         */
        default Terms ofOthers() {
            return Terms.NONE;
        }

        /**
         * Whether anything is limited.
         *
         * @return false: nothing is, not even by a policy that nobody declares
         */
        default boolean isEnabled() {
            return true;
        }
    }
}
