package io.weir.internal.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Ten lines, however many threads want to write. */
class LogBudgetTest {

    private static final int THREADS = 4;
    private static final int ROUNDS = 5_000;

    @Test
    void noThreadGetsOneTooMany() throws Exception {
        List<LogBudget> rounds = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            rounds.add(new LogBudget());
        }
        CyclicBarrier together = new CyclicBarrier(THREADS);
        Callable<int[]> writer =
                () -> {
                    int[] taken = new int[ROUNDS];
                    for (int round = 0; round < ROUNDS; round++) {
                        if (round % 100 == 0) {
                            together.await(1, TimeUnit.MINUTES);
                        }
                        for (int i = 0; i < LogBudget.PER_SECOND; i++) {
                            taken[round] += rounds.get(round).take(7) ? 1 : 0;
                        }
                    }
                    return taken;
                };
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        int[] taken = new int[ROUNDS];
        try {
            for (Future<int[]> one : threads.invokeAll(List.of(writer, writer, writer, writer))) {
                for (int round = 0; round < ROUNDS; round++) {
                    taken[round] += one.get()[round];
                }
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(taken).containsOnly(LogBudget.PER_SECOND);
    }
}
