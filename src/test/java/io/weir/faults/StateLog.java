package io.weir.faults;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What the library logs while this is open. */
final class StateLog extends Handler implements AutoCloseable {

    private static final String LOST =
            "Could not connect to Redis. Falling back to in-memory cache";
    private static final String CONNECTED = "Redis connected successfully at ";

    private final Logger logger = Logger.getLogger("io.weir"); // kept: loggers are held weakly
    private final List<String> lines = new CopyOnWriteArrayList<>();

    StateLog() {
        setFormatter(new SimpleFormatter());
        logger.addHandler(this);
    }

    @Override
    public void publish(LogRecord record) {
        lines.add(getFormatter().formatMessage(record));
    }

    List<String> lines() {
        return lines;
    }

    /** How often Redis was given up. */
    long lost() {
        return lines.stream().filter(line -> line.startsWith(LOST)).count();
    }

    /** How often Redis was connected. */
    long connected() {
        return lines.stream().filter(line -> line.startsWith(CONNECTED)).count();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
