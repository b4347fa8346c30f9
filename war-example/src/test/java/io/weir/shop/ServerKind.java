package io.weir.shop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.wildfly.core.launcher.StandaloneCommandBuilder;

/**
 * The servers that the shop's build can unpack, and how each is started in a folder of its own, on
 * 127.0.0.1, with no other fixed port than that for HTTP.
 */
enum ServerKind {
    WILDFLY {
        @Override
        List<String> layOut(Path target, Path base, int port, String password) throws IOException {
            Path home = target.resolve("server");
            copy(home.resolve("standalone"), base);
            Path users = base.resolve("configuration/application-users.properties");
            for (String[] user : USERS) {
                String hash = digest("MD5", user[0] + ":ApplicationRealm:" + password);
                append(users, user[0] + "=" + hash);
                append(
                        base.resolve("configuration/application-roles.properties"),
                        user[0] + "=" + user[1]);
            }
            copy(target.resolve("shop.war"), base.resolve("deployments/shop.war"));
            return StandaloneCommandBuilder.of(home)
                    .setBaseDirectory(base)
                    .addJavaOption("-Djboss.bind.address=127.0.0.1")
                    .addJavaOption("-Djboss.http.port=" + port)
                    // Any free port: nobody manages this server.
                    .addJavaOption("-Djboss.management.http.port=0")
                    .build();
        }

        @Override
        boolean hasFailed(Path base, int status) {
            return Files.exists(base.resolve("deployments/shop.war.failed"));
        }
    },

    PAYARA {
        @Override
        List<String> layOut(Path target, Path base, int port, String password) throws IOException {
            Path home = target.resolve("payara6/glassfish");
            Path domain = base.resolve("domain1");
            copy(home.resolve("domains/domain1"), domain);
            for (String[] user : USERS) {
                append(
                        domain.resolve("config/keyfile"),
                        user[0] + ";" + salted(password) + ";" + user[1]);
            }
            // The services that nobody here uses listen nowhere, or on a free port, and the server
            // neither looks for others nor reports its use to its maker.
            edit(
                    domain.resolve("config/domain.xml"),
                    "port=\"8080\"",
                    "address=\"127.0.0.1\" port=\"" + port + "\"",
                    "port=\"8181\"",
                    "enabled=\"false\" port=\"8181\"",
                    "port=\"4848\"",
                    "address=\"127.0.0.1\" port=\"" + ShopServer.freePort() + "\"",
                    "<jmx-connector auth",
                    "<jmx-connector enabled=\"false\" auth",
                    "port=\"3700\"",
                    "port=\"" + ShopServer.freePort() + "\"",
                    "port=\"3820\"",
                    "port=\"" + ShopServer.freePort() + "\"",
                    "port=\"3920\"",
                    "port=\"" + ShopServer.freePort() + "\"",
                    "telnet.port=6666",
                    "telnet.port=" + ShopServer.freePort(),
                    "address=\"0.0.0.0\"",
                    "address=\"127.0.0.1\"",
                    "<hazelcast-config-specific-configuration></hazelcast-config-specific-configuration>",
                    "<hazelcast-config-specific-configuration enabled=\"false\" />"
                            + "<jms-service type=\"DISABLED\" default-jms-host=\"none\" />"
                            + "<phone-home-runtime-configuration enabled=\"false\" />");
            copy(target.resolve("shop.war"), domain.resolve("autodeploy/shop.war"));
            return List.of(
                    JAVA,
                    "-jar",
                    home.resolve("lib/client/appserver-cli.jar").toString(),
                    "start-domain",
                    "--verbose",
                    "--domaindir",
                    base.toString(),
                    "domain1");
        }

        @Override
        boolean hasFailed(Path base, int status) {
            return Files.exists(base.resolve("domain1/autodeploy/shop.war_deployFailed"));
        }
    },

    TOMCAT {
        @Override
        List<String> layOut(Path target, Path base, int port, String password) throws IOException {
            Path home = target.resolve("tomcat");
            copy(home.resolve("conf"), base.resolve("conf"));
            edit(
                    base.resolve("conf/server.xml"),
                    "port=\"8080\"",
                    "address=\"127.0.0.1\" port=\"" + port + "\"",
                    "port=\"8005\"",
                    "port=\"-1\"");
            for (String[] user : USERS) {
                edit(
                        base.resolve("conf/tomcat-users.xml"),
                        "</tomcat-users>",
                        "<user username=\"%s\" password=\"%s\" roles=\"%s\"/></tomcat-users>"
                                .formatted(user[0], password, user[1]));
            }
            Files.createDirectories(base.resolve("temp"));
            copy(target.resolve("tomcat-war/shop.war"), base.resolve("webapps/shop.war"));
            return List.of(
                    JAVA,
                    "-cp",
                    home.resolve("bin") + "/*",
                    "-Dcatalina.home=" + home,
                    "-Dcatalina.base=" + base,
                    "-Djava.io.tmpdir=" + base.resolve("temp"),
                    "-Djava.util.logging.manager=org.apache.juli.ClassLoaderLogManager",
                    "-Djava.util.logging.config.file=" + base.resolve("conf/logging.properties"),
                    "org.apache.catalina.startup.Bootstrap",
                    "start");
        }

        @Override
        boolean hasFailed(Path base, int status) {
            // It listens only once everything is deployed, or is not.
            return status == 404;
        }
    };

    static final String OPERATOR = "operator";
    static final String ROLE = "weir-operator";

    /** Known, and without that role. */
    static final String VISITOR = "visitor";

    private static final String[][] USERS = {{OPERATOR, ROLE}, {VISITOR, "guest"}};

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    /** By its name in the build, {@code tomcat}. */
    static ServerKind named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /**
     * Writes what one run needs, with the shop in it.
     *
     * @param target the build folder
     * @param base a folder that is not there yet
     * @param port the port for HTTP
     * @param password of the user {@value #OPERATOR}, who has the role {@value #ROLE}, and of
     *     {@value #VISITOR}, who has not
     * @return the command that starts the server in the foreground
     */
    abstract List<String> layOut(Path target, Path base, int port, String password)
            throws IOException;

    /**
     * Whether there is no use in waiting for the shop.
     *
     * @param base the folder of this run
     * @param status what the shop's page was last answered with
     */
    abstract boolean hasFailed(Path base, int status);

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.sorted().toList()) {
                Files.copy(
                        path,
                        to.resolve(from.relativize(path).toString()),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static void append(Path file, String line) throws IOException {
        Files.writeString(file, System.lineSeparator() + line + "\n", StandardOpenOption.APPEND);
    }

    private static String digest(String algorithm, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(digest(algorithm).digest(bytes));
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As Payara's file of users has it. */
    private static String salted(String password) {
        byte[] salt = new byte[8];
        new SecureRandom().nextBytes(salt);
        MessageDigest sha256 = digest("SHA-256");
        sha256.update(password.getBytes(StandardCharsets.UTF_8));
        byte[] hash = sha256.digest(salt);
        for (int i = 2; i <= 100; i++) {
            hash = sha256.digest(hash);
        }
        byte[] both = Arrays.copyOf(hash, hash.length + salt.length);
        System.arraycopy(salt, 0, both, hash.length, salt.length);
        return "{SSHA256}" + Base64.getEncoder().encodeToString(both);
    }

    /** Replaces texts by texts, in pairs; one that is not there would go unnoticed otherwise. */
    private static void edit(Path file, String... pairs) throws IOException {
        String text = Files.readString(file);
        for (int i = 0; i < pairs.length; i += 2) {
            if (!text.contains(pairs[i])) {
                throw new IOException(file + " has no " + pairs[i]);
            }
            text = text.replace(pairs[i], pairs[i + 1]);
        }
        Files.writeString(file, text);
    }
}
