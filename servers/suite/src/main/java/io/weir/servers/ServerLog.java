package io.weir.servers;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The log file of the server under test, from a moment on. */
final class ServerLog {

    private static final String FILE = System.getProperty("server.log");

    private final long start;

    private ServerLog(long start) {
        this.start = start;
    }

    static ServerLog fromNow() {
        return new ServerLog(new File(FILE).length()); // 0 while the server never ran
    }

    /** With what was said while the application was deployed. */
    static ServerLog fromTheStart() {
        return new ServerLog(0);
    }

    /** Whether the log says so before the patience ends. */
    boolean awaits(String text, Duration patience) {
        long start = System.nanoTime();
        while (!text().contains(text)) {
            if (System.nanoTime() - start > patience.toNanos()) {
                return false;
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        return true;
    }

    String text() {
        try (RandomAccessFile file = new RandomAccessFile(FILE, "r")) {
            byte[] bytes = new byte[Math.toIntExact(Math.max(0, file.length() - start))];
            file.seek(start);
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
