package io.weir.internal.log;

import org.slf4j.ILoggerFactory;
import org.slf4j.jul.JULServiceProvider;

/**
 * Writes what Redisson and Netty have to say to the log of the server, under the names that their
 * classes had before the build renamed them.
 */
public final class LogProvider extends JULServiceProvider {

    private static final String OURS = "io.weir.internal.lib.";

    /** For the service loader. */
    public LogProvider() {}

    @Override
    public ILoggerFactory getLoggerFactory() {
        ILoggerFactory all = super.getLoggerFactory();
        return name -> all.getLogger(name.startsWith(OURS) ? name.substring(OURS.length()) : name);
    }
}
