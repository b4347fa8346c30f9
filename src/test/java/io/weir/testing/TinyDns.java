package io.weir.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A name server on 127.0.0.1 that knows one address for every name, for a second each time. */
public final class TinyDns implements AutoCloseable {

    private static final int HEADER = 12;
    private static final int TYPE_A = 1;

    private final DatagramSocket socket;
    private volatile byte[] address = {127, 0, 0, 1};

    /** Begins to answer. */
    public TinyDns() {
        try {
            socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(this::answer, "tiny-dns");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Where it listens (UDP).
     *
     * @return the port
     */
    public int port() {
        return socket.getLocalPort();
    }

    /**
     * Changes what every name stands for.
     *
     * @param last the last byte of 127.0.0.x
     */
    public void pointTo(int last) {
        address = new byte[] {127, 0, 0, (byte) last};
    }

    private void answer() {
        byte[] bytes = new byte[512];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
                socket.receive(packet);
                byte[] reply = reply(ByteBuffer.wrap(bytes, 0, packet.getLength()));
                socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    /** The question again, and for an A record the address; for any other nothing (RFC 1035). */
    private byte[] reply(ByteBuffer query) {
        int end = HEADER;
        while (query.get(end) != 0) {
            end += query.get(end) + 1;
        }
        boolean a = query.getShort(end + 1) == TYPE_A;
        ByteBuffer reply = ByteBuffer.allocate(512);
        reply.putShort(query.getShort(0));
        reply.putShort((short) 0x8580); // a response, authoritative, recursion as asked
        reply.putShort((short) 1).putShort((short) (a ? 1 : 0)).putInt(0);
        for (int i = HEADER; i < end + 5; i++) {
            reply.put(query.get(i));
        }
        if (a) {
            reply.putShort((short) 0xC00C).putShort((short) TYPE_A).putShort((short) 1);
            reply.putInt(1).putShort((short) 4).put(address);
        }
        byte[] bytes = new byte[reply.position()];
        reply.flip().get(bytes);
        return bytes;
    }

    @Override
    public void close() {
        socket.close();
    }
}
