package io.weir.testing;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What a logger of {@code java.util.logging} takes, until this is closed. Thread-safe. */
public final class LogLines implements AutoCloseable {

    /** Held here, or the framework may forget the handler with it. */
    private final Logger logger;

    private final List<String> lines = new CopyOnWriteArrayList<>();

    private final Handler handler =
            new Handler() {
                @Override
                public void publish(LogRecord entry) {
                    lines.add(entry.getLevel() + " " + new SimpleFormatter().formatMessage(entry));
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    /**
     * Takes from now on what is logged there and below.
     *
     * @param name of the logger, such as {@code io.weir}
     */
    public LogLines(String name) {
        logger = Logger.getLogger(name);
        logger.addHandler(handler);
    }

    /**
     * All lines, also those to come.
     *
     * @return each as {@code LEVEL message}
     */
    public List<String> all() {
        return Collections.unmodifiableList(lines);
    }

    /**
     * Those with a text in them, so far.
     *
     * @param text a part of a line
     * @return in their order
     */
    public List<String> with(String text) {
        return lines.stream().filter(line -> line.contains(text)).toList();
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
    }
}
