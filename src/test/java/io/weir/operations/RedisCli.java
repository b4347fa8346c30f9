package io.weir.operations;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * As much of {@code redis-cli} as the guide uses, for machines without one: it prints what that one
 * prints at a terminal.
 */
final class RedisCli {

    private static final Set<String> SHOWN_RAW = Set.of("info", "cluster");

    /** An answer that begins with {@code +}, as opposed to a text. */
    private record Status(String text) {}

    private record Failed(String text) {}

    private final Map<String, String> environment;
    private final Path directory;
    private int port = 6379;
    private @Nullable String user;
    private @Nullable Path authority;

    private RedisCli(Map<String, String> environment, Path directory) {
        this.environment = environment;
        this.directory = directory;
    }

    /**
     * Runs one command.
     *
     * @param words behind {@code redis-cli}
     * @param environment where the password is
     * @param directory where files are
     * @return what is printed
     */
    static String run(List<String> words, Map<String, String> environment, Path directory)
            throws IOException {
        return new RedisCli(environment, directory).run(new ArrayDeque<>(words));
    }

    private String run(Deque<String> words) throws IOException {
        boolean scan = false;
        String pattern = "*";
        while (!words.isEmpty() && words.getFirst().startsWith("-")) {
            String option = words.removeFirst();
            switch (option) {
                case "-p" -> port = Integer.parseInt(words.removeFirst());
                case "--user" -> user = words.removeFirst();
                case "--cacert" -> authority = directory.resolve(words.removeFirst());
                case "--tls" -> {} // told by --cacert
                case "--scan" -> scan = true;
                case "--pattern" -> pattern = words.removeFirst();
                case "--cluster" -> {
                    return createCluster(List.copyOf(words));
                }
                default -> throw new IllegalArgumentException("redis-cli " + option);
            }
        }
        try (Socket socket = connect()) {
            if (scan) {
                return scan(socket, pattern);
            }
            List<String> command = List.copyOf(words);
            Object answer = ask(socket, command);
            String name = command.get(0).toLowerCase(Locale.ROOT);
            if (name.equals("shutdown") && answer == null) {
                return "";
            }
            return SHOWN_RAW.contains(name) && answer instanceof String text
                    ? text.replace("\r", "")
                    : shown(answer, "");
        }
    }

    private Socket connect() throws IOException {
        Socket socket;
        if (authority == null) {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
        } else {
            try (InputStream certificate = Files.newInputStream(authority)) {
                KeyStore trusted = KeyStore.getInstance("PKCS12");
                trusted.load(null, null);
                trusted.setCertificateEntry(
                        "ca",
                        CertificateFactory.getInstance("X.509").generateCertificate(certificate));
                TrustManagerFactory managers =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                managers.init(trusted);
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(null, managers.getTrustManagers(), null);
                socket =
                        context.getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), port);
            } catch (GeneralSecurityException e) {
                throw new IOException(e);
            }
        }
        socket.setSoTimeout(10_000);
        String password = environment.get("REDISCLI_AUTH");
        if (password != null) {
            ask(socket, user == null ? List.of("AUTH", password) : List.of("AUTH", user, password));
        }
        return socket;
    }

    private static String scan(Socket socket, String pattern) throws IOException {
        StringBuilder out = new StringBuilder();
        String cursor = "0";
        do {
            List<?> answer = list(ask(socket, List.of("SCAN", cursor, "MATCH", pattern)));
            cursor = (String) answer.get(0);
            for (Object key : list(answer.get(1))) {
                out.append(key).append('\n');
            }
        } while (!cursor.equals("0"));
        return out.toString();
    }

    /** {@code create HOST:PORT HOST:PORT HOST:PORT --cluster-yes}: masters only. */
    private String createCluster(List<String> words) throws IOException {
        if (!words.get(0).equals("create") || !words.contains("--cluster-yes")) {
            throw new IllegalArgumentException("redis-cli --cluster " + words);
        }
        List<Integer> ports =
                words.stream()
                        .filter(word -> word.startsWith("127.0.0.1:"))
                        .map(word -> Integer.valueOf(word.substring(word.indexOf(':') + 1)))
                        .toList();
        int slots = 16384;
        for (int i = 0; i < ports.size(); i++) {
            port = ports.get(i);
            try (Socket socket = connect()) {
                List<String> add = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
                for (int slot = slots * i / ports.size();
                        slot < slots * (i + 1) / ports.size();
                        slot++) {
                    add.add(String.valueOf(slot));
                }
                expectOk(ask(socket, add));
                String epoch = String.valueOf(i + 1);
                expectOk(ask(socket, List.of("CLUSTER", "SET-CONFIG-EPOCH", epoch)));
                expectOk(ask(socket, List.of("CLUSTER", "MEET", "127.0.0.1", "" + ports.get(0))));
            }
        }
        return "";
    }

    private static void expectOk(@Nullable Object answer) {
        if (!new Status("OK").equals(answer)) {
            throw new IllegalStateException(shown(answer, ""));
        }
    }

    private static List<?> list(@Nullable Object answer) {
        if (answer instanceof List<?> list) {
            return list;
        }
        throw new IllegalStateException(shown(answer, ""));
    }

    private static String shown(@Nullable Object answer, String indent) {
        if (answer == null) {
            return "(nil)\n";
        } else if (answer instanceof Long number) {
            return "(integer) " + number + "\n";
        } else if (answer instanceof Status status) {
            return status.text() + "\n";
        } else if (answer instanceof Failed failed) {
            return "(error) " + failed.text() + "\n";
        } else if (answer instanceof List<?> list) {
            if (list.isEmpty()) {
                return "(empty array)\n";
            }
            StringBuilder out = new StringBuilder();
            int width = String.valueOf(list.size()).length();
            for (int i = 0; i < list.size(); i++) {
                String label = String.format(Locale.ROOT, "%" + width + "d) ", i + 1);
                out.append(i == 0 ? "" : indent)
                        .append(label)
                        .append(shown(list.get(i), indent + " ".repeat(label.length())));
            }
            return out.toString();
        }
        return "\"" + quoted((String) answer) + "\"\n";
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder();
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7f) {
                out.append(c);
            } else {
                out.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
            }
        }
        return out.toString();
    }

    private static @Nullable Object ask(Socket socket, List<String> words) throws IOException {
        ByteArrayOutputStream command = new ByteArrayOutputStream();
        write(command, "*" + words.size() + "\r\n");
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            write(command, "$" + bytes.length + "\r\n");
            command.write(bytes);
            write(command, "\r\n");
        }
        OutputStream out = socket.getOutputStream();
        out.write(command.toByteArray());
        out.flush();
        return read(new BufferedInputStream(socket.getInputStream()));
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Null for nothing, also where the connection ends. */
    private static @Nullable Object read(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                return null;
            }
            line.append((char) c);
        }
        line.setLength(line.length() - 1);
        String rest = line.substring(1);
        switch (line.charAt(0)) {
            case '+':
                return new Status(rest);
            case '-':
                return new Failed(rest);
            case ':':
                return Long.valueOf(rest);
            case '$':
                int length = Integer.parseInt(rest);
                if (length < 0) {
                    return null;
                }
                byte[] bytes = in.readNBytes(length + 2);
                return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
            case '*':
                List<@Nullable Object> list = new ArrayList<>();
                for (int i = Integer.parseInt(rest); i > 0; i--) {
                    list.add(read(in));
                }
                return list;
            default:
                throw new IOException("not an answer of Redis: " + line);
        }
    }
}
