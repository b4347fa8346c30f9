package io.weir.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands in front of several Redises on 127.0.0.1, as Twemproxy and some set-ups of Envoy do: each
 * command goes to the Redis of its first key, whatever other keys it has. Scripts are loaded into
 * all.
 */
public final class FirstKeyProxy implements AutoCloseable {

    private static final Set<String> WITHOUT_KEY =
            Set.of("PING", "AUTH", "HELLO", "CLIENT", "SELECT", "INFO", "ECHO", "QUIT", "SCRIPT");

    private final List<Integer> targets;
    private final int parts;
    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private FirstKeyProxy(List<Integer> targets, int parts) throws IOException {
        this.targets = targets;
        this.parts = parts;
        listening = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    }

    /**
     * Listens on a free port.
     *
     * @param redises who share the keys
     * @return the running proxy
     */
    public static FirstKeyProxy to(RealRedis... redises) {
        return start(redises.length, redises);
    }

    /**
     * Listens on a free port.
     *
     * @param redises who share the keys: one part each, and the first all that is left
     * @param parts how many there are
     * @return the running proxy
     */
    public static FirstKeyProxy uneven(int parts, RealRedis... redises) {
        return start(parts, redises);
    }

    private static FirstKeyProxy start(int parts, RealRedis... redises) {
        List<Integer> ports = new ArrayList<>();
        for (RealRedis redis : redises) {
            ports.add(redis.port());
        }
        try {
            FirstKeyProxy proxy = new FirstKeyProxy(List.copyOf(ports), parts);
            thread(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Its address as the settings want it.
     *
     * @return {@code redis://127.0.0.1:PORT}
     */
    public String url() {
        return "redis://127.0.0.1:" + listening.getLocalPort();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                open.add(client);
                thread(() -> serve(client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        List<Socket> servers = new ArrayList<>();
        try (client) {
            client.setTcpNoDelay(true);
            List<InputStream> answers = new ArrayList<>();
            for (int port : targets) {
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
                server.setTcpNoDelay(true);
                servers.add(server);
                open.add(server);
                answers.add(new BufferedInputStream(server.getInputStream()));
            }
            InputStream in = new BufferedInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            while (true) {
                Command command = Command.read(in);
                int part = Math.floorMod(command.slot(), parts);
                int one = part < servers.size() ? part : 0;
                ByteArrayOutputStream answer = new ByteArrayOutputStream();
                for (int i = 0; i < servers.size(); i++) {
                    if (i == one || command.isForAll()) {
                        servers.get(i).getOutputStream().write(command.bytes());
                        answer.reset();
                        copy(answers.get(i), answer);
                    }
                }
                out.write(answer.toByteArray());
                out.flush();
            }
        } catch (IOException e) {
            // Closed by either end.
        } finally {
            servers.forEach(FirstKeyProxy::closeQuietly);
        }
    }

    /** One command: its words, and how it came. */
    private record Command(List<String> words, byte[] bytes) {

        static Command read(InputStream in) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            List<String> words = new ArrayList<>();
            for (int i = number(line(in, bytes)); i > 0; i--) {
                byte[] word = in.readNBytes(number(line(in, bytes)) + 2);
                bytes.write(word);
                words.add(new String(word, 0, word.length - 2, StandardCharsets.ISO_8859_1));
            }
            return new Command(words, bytes.toByteArray());
        }

        boolean isForAll() {
            return words.get(0).equalsIgnoreCase("SCRIPT");
        }

        /** By the hash tag of the first key. */
        int slot() {
            String name = words.get(0).toUpperCase(Locale.ROOT);
            int first = name.startsWith("EVAL") ? 3 : 1;
            if (WITHOUT_KEY.contains(name) || words.size() <= first) {
                return 0;
            }
            String key = words.get(first);
            int begin = key.indexOf('{');
            int end = key.indexOf('}', begin + 1);
            return (begin >= 0 && end > begin + 1 ? key.substring(begin, end) : key).hashCode();
        }
    }

    /** One answer, as it comes. */
    private static void copy(InputStream in, ByteArrayOutputStream out) throws IOException {
        String line = line(in, out);
        switch (line.charAt(0)) {
            case '$' -> {
                if (number(line) >= 0) {
                    out.write(in.readNBytes(number(line) + 2));
                }
            }
            case '*' -> {
                for (int i = number(line); i > 0; i--) {
                    copy(in, out);
                }
            }
            default -> {}
        }
    }

    private static int number(String line) {
        return Integer.parseInt(line.substring(1));
    }

    private static String line(InputStream in, ByteArrayOutputStream out) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException();
            }
            out.write(c);
            line.append((char) c);
        }
        out.write('\n');
        line.setLength(line.length() - 1);
        return line.toString();
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing is lost with it.
        }
    }

    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "first-key-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            // Nothing is lost with it.
        }
        open.forEach(FirstKeyProxy::closeQuietly);
    }
}
