package io.weir.testing;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * What Redisson logs, from INFO on, for tests that count it. Nothing is printed, and nothing kept
 * unless a test records. SLF4J finds it as a service.
 */
public final class RedissonLog implements SLF4JServiceProvider {

    private static final Queue<Queue<String>> RECORDINGS = new ConcurrentLinkedQueue<>();

    private final ConcurrentMap<String, org.slf4j.Logger> loggers = new ConcurrentHashMap<>();

    /** One test's lines, until it is closed. */
    public static final class Recording implements AutoCloseable {

        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        private Recording() {
            RECORDINGS.add(lines);
        }

        /**
         * The lines that contain a text.
         *
         * @param text a part of {@code LEVEL logger message}
         * @return in their order
         */
        public List<String> lines(String text) {
            return lines.stream().filter(line -> line.contains(text)).toList();
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // equal recordings are not the same
        public void close() {
            RECORDINGS.removeIf(recording -> recording == lines);
        }
    }

    /**
     * Begins to record.
     *
     * @return the recording
     */
    public static Recording record() {
        return new Recording();
    }

    private static final class Recorder extends LegacyAbstractLogger {

        private static final long serialVersionUID = 1L;

        Recorder(String name) {
            this.name = name;
        }

        @Override
        protected @Nullable String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                String message,
                Object @Nullable [] arguments,
                @Nullable Throwable thrown) {
            String text = MessageFormatter.basicArrayFormat(message, arguments);
            String line = level + " " + name + " " + text + (thrown == null ? "" : " " + thrown);
            RECORDINGS.forEach(recording -> recording.add(line));
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public boolean isDebugEnabled() {
            return false;
        }

        @Override
        public boolean isInfoEnabled() {
            return !RECORDINGS.isEmpty();
        }

        @Override
        public boolean isWarnEnabled() {
            return !RECORDINGS.isEmpty();
        }

        @Override
        public boolean isErrorEnabled() {
            return !RECORDINGS.isEmpty();
        }
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return name -> loggers.computeIfAbsent(name, Recorder::new);
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return new BasicMarkerFactory();
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return new NOPMDCAdapter();
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0";
    }

    @Override
    public void initialize() {}
}
