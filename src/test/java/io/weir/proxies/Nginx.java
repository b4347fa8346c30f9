package io.weir.proxies;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A real nginx of the test's own: one process, a directory of its own, ended with this JVM at the
 * latest.
 */
final class Nginx implements AutoCloseable {

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);
    private static final Pattern LISTEN = Pattern.compile("listen (\\S+):(\\d+);");
    private static final List<String> USUAL = List.of("/usr/sbin", "/usr/local/sbin", "/sbin");

    private final Process process;
    private final Thread hook;

    private Nginx(Process process) {
        this.process = process;
        this.hook = new Thread(process::destroyForcibly, "end-nginx");
    }

    /**
     * Starts one and waits until it listens.
     *
     * @param directory an empty directory, for all that it writes
     * @param servers its {@code server} blocks
     */
    static Nginx started(Path directory, String servers) throws IOException, InterruptedException {
        Path configuration = directory.resolve("nginx.conf");
        Path output = directory.resolve("output.log");
        Files.writeString(
                configuration,
                """
                daemon off;
                master_process off;
                pid nginx.pid;
                error_log stderr;
                events {}
                http {
                access_log off;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                """
                        + servers
                        + "}\n");
        Nginx nginx =
                new Nginx(
                        new ProcessBuilder(
                                        executable(),
                                        "-e",
                                        "stderr",
                                        "-p",
                                        directory + "/",
                                        "-c",
                                        configuration.toString())
                                .redirectErrorStream(true)
                                .redirectOutput(output.toFile())
                                .start());
        Runtime.getRuntime().addShutdownHook(nginx.hook);
        try {
            Matcher listen = LISTEN.matcher(servers);
            while (listen.find()) {
                nginx.await(listen.group(1), Integer.parseInt(listen.group(2)), output);
            }
            return nginx;
        } catch (Throwable e) {
            nginx.close();
            throw e;
        }
    }

    /** Debian has it where only root's PATH leads. */
    private static String executable() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Arrays.stream(path.split(File.pathSeparator)), USUAL.stream())
                .map(folder -> Path.of(folder, "nginx"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "This test needs nginx on the PATH; on Debian or Ubuntu:"
                                                + " apt-get install -y nginx-light"))
                .toString();
    }

    private void await(String host, int port, Path output)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(host.replaceAll("[\\[\\]]", ""), port));
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() - begun > PATIENCE) {
                    throw new IOException("nginx says: " + Files.readString(output), e);
                }
                Thread.sleep(20);
            }
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        Runtime.getRuntime().removeShutdownHook(hook);
    }
}
