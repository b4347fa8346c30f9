package io.weir.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/**
 * A port of 127.0.0.1 on which nobody is refused and nobody gets through: its queue of connections
 * is full, so the system drops every further SYN, as a firewall does that says nothing.
 */
public final class DeafPort implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 200;

    private final ServerSocket listening;
    private final List<Socket> queue = new ArrayList<>();

    /**
     * Takes the port and fills its queue.
     *
     * @param port a free port
     */
    public DeafPort(int port) {
        try {
            listening = new ServerSocket();
            listening.setReuseAddress(true);
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            while (connects(port)) {
                if (queue.size() > 100) {
                    throw new IllegalStateException("this system does not drop a SYN");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean connects(int port) throws IOException {
        Socket socket = new Socket();
        queue.add(socket);
        try {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** Frees the port. */
    @Override
    public void close() {
        try {
            for (Socket socket : queue) {
                socket.close();
            }
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
