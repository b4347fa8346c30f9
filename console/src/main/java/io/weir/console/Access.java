package io.weir.console;

import io.weir.internal.operator.Operator;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Principal;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who may use the console: by the container's security, and never by a challenge. Who may not is
 * told nothing at all.
 */
final class Access {

    static final String ROLE = "weir.console.role";

    /** They mean everybody, or everybody who is logged in; a deployment with one of them stops. */
    private static final Set<String> TOO_WIDE = Set.of("*", "**");

    private final Operator operator;
    private final boolean hasLoginPage;
    private final byte[] ofProcess = new byte[32];

    /**
     * By the settings and the security of one application.
     *
     * @param descriptor its web.xml, or null
     */
    Access(Operator operator, InputStream descriptor) {
        this.operator = operator;
        this.hasLoginPage = hasLoginPage(descriptor);
        new SecureRandom().nextBytes(ofProcess);
    }

    private static boolean hasLoginPage(InputStream descriptor) {
        try (InputStream in = descriptor) {
            return in != null
                    && new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .matches("(?s).*<auth-method>\\s*FORM\\s*</auth-method>.*");
        } catch (IOException e) {
            return true; // then nobody is sent anywhere
        }
    }

    /** Who asks, if he has the role. Nothing is written to the answer that can be seen. */
    Optional<String> operator(HttpServletRequest request, HttpServletResponse response) {
        Optional<String> role = role();
        if (role.isEmpty()) {
            return Optional.empty();
        }
        if (request.getUserPrincipal() == null) {
            identify(request, response);
        }
        Principal user = request.getUserPrincipal();
        return user != null && request.isUserInRole(role.get())
                ? Optional.of(user.getName())
                : Optional.empty();
    }

    /** The role that may; empty: nobody. */
    Optional<String> role() {
        return operator.setting(ROLE)
                .map(String::strip)
                .filter(role -> !role.isEmpty() && !TOO_WIDE.contains(role));
    }

    /** By the header that the request has; a name and a password without a challenge. */
    private void identify(HttpServletRequest request, HttpServletResponse response) {
        String header = request.getHeader("Authorization");
        if (header == null) {
            return;
        }
        try {
            if (header.toLowerCase(Locale.ROOT).startsWith("basic ")) {
                String pair =
                        new String(
                                Base64.getDecoder().decode(header.substring(6).strip()),
                                StandardCharsets.UTF_8);
                int colon = pair.indexOf(':');
                if (colon > 0) {
                    request.login(pair.substring(0, colon), pair.substring(colon + 1));
                }
            } else if (!hasLoginPage) {
                request.authenticate(new MuteResponse(response));
            }
        } catch (ServletException | IOException | RuntimeException e) {
            // Nobody, whatever the reason.
        }
    }

    /** A header identifies one request, and leaves no session. */
    static void forget(HttpServletRequest request, boolean session) {
        try {
            if (request.getUserPrincipal() != null) {
                request.logout();
            }
            if (!session && request.getSession(false) != null) {
                request.getSession(false).invalidate();
            }
        } catch (ServletException | RuntimeException e) {
            // It ends by itself.
        }
    }

    /**
     * What a change has to bring along: a page of another origin cannot read it. It is made of what
     * the request is known by, which every node knows that knows the user, and nobody else does.
     */
    String token(HttpServletRequest request, String who) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret(request), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(who.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    /** Of a client certificate, or whatever leaves neither, only this process knows one. */
    private byte[] secret(HttpServletRequest request) {
        String header = request.getHeader("Authorization");
        HttpSession session = request.getSession(false);
        String known = header == null && session != null ? session.getId() : header;
        return known == null || known.isEmpty()
                ? ofProcess
                : known.getBytes(StandardCharsets.UTF_8);
    }

    boolean isToken(HttpServletRequest request, String who) {
        String given = request.getHeader("X-Weir-Token");
        return given != null
                && MessageDigest.isEqual(
                        given.getBytes(StandardCharsets.UTF_8),
                        token(request, who).getBytes(StandardCharsets.UTF_8));
    }

    /** Whether a browser says that a page of another origin asks; an older one tells only which. */
    static boolean isForeign(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        String origin = request.getHeader("Origin");
        return site != null
                ? !site.equals("same-origin") && !site.equals("none")
                : origin != null && !origin.endsWith("://" + request.getHeader("Host"));
    }
}
