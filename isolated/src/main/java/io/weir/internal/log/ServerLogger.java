package io.weir.internal.log;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.slf4j.Marker;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/**
 * Writes to the log of the server under the name that a class had before the build renamed it: as
 * the logger, and as the class that logs, which is what Tomcat shows.
 */
final class ServerLogger extends LegacyAbstractLogger {

    private static final long serialVersionUID = 1L;
    private static final String OURS = "io.weir.internal.lib.";

    private final transient Logger log;

    ServerLogger(String renamed) {
        name = renamed.startsWith(OURS) ? renamed.substring(OURS.length()) : renamed;
        log = Logger.getLogger(name);
    }

    @Override
    public boolean isTraceEnabled() {
        return log.isLoggable(Level.FINEST);
    }

    @Override
    public boolean isDebugEnabled() {
        return log.isLoggable(Level.FINE);
    }

    @Override
    public boolean isInfoEnabled() {
        return log.isLoggable(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return log.isLoggable(Level.WARNING);
    }

    @Override
    public boolean isErrorEnabled() {
        return log.isLoggable(Level.SEVERE);
    }

    @Override
    protected String getFullyQualifiedCallerName() {
        return name;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            org.slf4j.event.Level level,
            Marker marker,
            String pattern,
            Object[] arguments,
            Throwable thrown) {
        String message = MessageFormatter.basicArrayFormat(pattern, arguments);
        log.logp(of(level), name, "", message, thrown);
    }

    private static Level of(org.slf4j.event.Level level) {
        return switch (level) {
            case TRACE -> Level.FINEST;
            case DEBUG -> Level.FINE;
            case INFO -> Level.INFO;
            case WARN -> Level.WARNING;
            case ERROR -> Level.SEVERE;
        };
    }
}
