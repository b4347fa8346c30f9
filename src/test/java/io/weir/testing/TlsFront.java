package io.weir.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** TLS in front of a plain Redis on 127.0.0.1, with a certificate made for it. */
public final class TlsFront implements AutoCloseable {

    private static final String PASSWORD = "not-secret";

    private final ServerSocket server;
    private final int backend;
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();

    /**
     * Begins to listen.
     *
     * @param keys from {@link #keys}
     * @param backend the port of the plain Redis
     */
    public TlsFront(Path keys, int backend) {
        this.backend = backend;
        try {
            KeyManagerFactory managers =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(
                    KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray()),
                    PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            server =
                    context.getServerSocketFactory()
                            .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        daemon(this::accept);
    }

    /**
     * Makes a key and a certificate that signs itself.
     *
     * @param directory where the PKCS 12 file is written; it serves as a trust store, too
     * @param name an alternative name such as {@code ip:127.0.0.1}
     * @return the file, with the password {@code not-secret}
     */
    public static Path keys(Path directory, String name) throws IOException, InterruptedException {
        Path file = directory.resolve(name.replaceAll("\\W", "-") + ".p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "k",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=redis",
                                "-ext",
                                "san=" + name,
                                "-storepass",
                                PASSWORD,
                                "-keystore",
                                file.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(keytool.getInputStream().readAllBytes());
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException(said);
        }
        return file;
    }

    /**
     * Where it listens.
     *
     * @return the port
     */
    public int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            Socket client = null;
            try {
                client = server.accept();
                Socket redis = new Socket(InetAddress.getLoopbackAddress(), backend);
                open.add(client);
                open.add(redis);
                Socket front = client;
                daemon(() -> pump(front, redis));
                daemon(() -> pump(redis, front));
            } catch (IOException e) {
                end(client);
            }
        }
    }

    private static void pump(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] bytes = new byte[8192];
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                out.write(bytes, 0, n);
                out.flush();
            }
        } catch (IOException e) {
            // One of them hung up.
        } finally {
            end(from);
            end(to);
        }
    }

    private static void end(@Nullable Socket socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            // It is gone anyway.
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "tls-front");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(TlsFront::end);
    }
}
