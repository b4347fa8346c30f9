package io.weir;

/**
 * A result that knows what it has cost: tokens of a model, rows, bytes. Where the policy counts
 * {@link CountWhen#SETTLED}, the result of a limited method, or the entity that a limited JAX-RS
 * resource answers with, is asked once when it is there; of a {@code CompletionStage} what it
 * completes with. Who answers by other means, such as a servlet, sets one as an attribute of the
 * request, before the answer is over: its name is that of this type, {@code io.weir.Settled}.
 */
@FunctionalInterface
public interface Settled {

    /**
     * What the operation has cost in the place of what it took before.
     *
     * @return permits; less than 0 counts as 0
     */
    long actualCost();
}
