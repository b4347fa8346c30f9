package io.weir.internal.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.redisson.api.RScript;

/**
 * A script. Those that are longer than a line lie beside this class.
 *
 * @param answer what it answers with
 * @param text what it does
 * @param digest the name by which a Redis that has run it knows it
 */
record Lua(RScript.ReturnType answer, String text, String digest) {

    static Lua of(RScript.ReturnType answer, String text) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1"); // so says EVALSHA
            byte[] digest = sha1.digest(text.getBytes(StandardCharsets.UTF_8));
            return new Lua(answer, text, HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    static Lua in(RScript.ReturnType answer, String file) {
        return of(answer, text(file));
    }

    static String text(String file) {
        try (InputStream in = Lua.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
