package io.weir.internal.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Percentage;

/** What is remembered of single keys is bounded, without names, and right within its bounds. */
class CandidateSketchTest {

    private static Key key(int i) {
        return Key.ofClient("198.51." + i / 256 + "." + i % 256, "x" + i);
    }

    @Property(tries = 20)
    void fewKeysAreCountedExactly(
            @ForAll long seed, @ForAll @IntRange(max = KeySample.MOST) int keys) {
        KeySample<Integer> sample = new KeySample<>();
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < keys; i++) {
                int number = i;
                assertThat(sample.of(KeySample.digest(key(i), seed), () -> number)).isEqualTo(i);
            }
        }
        assertThat(sample.size()).isEqualTo(keys);
        assertThat(sample.all()).hasSize(keys);
    }

    @Property(tries = 5)
    void ofManyThereIsAFairSampleAndABound(@ForAll long seed) {
        KeySample<Integer> sample = new KeySample<>();
        for (int i = 0; i < 300_000; i++) {
            int number = i;
            sample.of(KeySample.digest(key(i), seed), () -> number);
            if (i % 50_000 == 0) {
                assertThat(sample.all().size()).isLessThanOrEqualTo(KeySample.MOST);
            }
        }
        assertThat(sample.all().size()).isBetween(KeySample.MOST / 3, KeySample.MOST);
        assertThat(sample.size()).isCloseTo(300_000, Percentage.withPercentage(25));
        double mean = sample.all().stream().mapToInt(i -> i).average().orElseThrow();
        assertThat(mean).isCloseTo(150_000, Percentage.withPercentage(20));
    }

    /** Between the most in any window, and the most in any window that is a tenth longer. */
    @Property(tries = 500)
    void thePeakIsNeverTooLowAndHardlyTooHigh(
            @ForAll long seed, @ForAll @IntRange(min = 10, max = 100_000) int window) {
        Random random = new Random(seed);
        PeakUse peak = new PeakUse(window);
        List<long[]> uses = new ArrayList<>();
        long time = random.nextInt(window);
        for (int i = 0; i < 60; i++) {
            time +=
                    random.nextInt(4) == 0
                            ? random.nextInt(2 * window)
                            : random.nextInt(window / 5);
            long permits = 1 + random.nextInt(5);
            uses.add(new long[] {time, permits});
            peak.use(time, permits);
            long part = window / 10;
            assertThat(peak.peak())
                    .as("seed %s, window %s, use %s", seed, window, i)
                    .isBetween(most(uses, 10 * part), most(uses, 11 * part));
        }
    }

    private static long most(List<long[]> uses, long window) {
        long most = 0;
        for (long[] last : uses) {
            long sum = 0;
            for (long[] use : uses) {
                sum += use[0] <= last[0] && use[0] > last[0] - window ? use[1] : 0;
            }
            most = Math.max(most, sum);
        }
        return most;
    }

    @Example
    void timeThatGoesBackIsNoTime() {
        PeakUse peak = new PeakUse(1_000);
        peak.use(5_000, 3);
        peak.use(0, 4);
        assertThat(peak.peak()).isEqualTo(7);
    }
}
