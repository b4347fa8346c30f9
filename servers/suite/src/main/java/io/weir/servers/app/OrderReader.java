package io.weir.servers.app;

import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Parses by hand, so that no server's JSON library matters, and tells how often it was asked to.
 */
@Provider
@Consumes(Order.TYPE)
public class OrderReader implements MessageBodyReader<Order> {

    static final AtomicLong READS = new AtomicLong();

    @Override
    public boolean isReadable(Class<?> type, Type generic, Annotation[] on, MediaType media) {
        return type == Order.class;
    }

    @Override
    public Order readFrom(
            Class<Order> type,
            Type generic,
            Annotation[] on,
            MediaType media,
            MultivaluedMap<String, String> headers,
            InputStream entity)
            throws IOException {
        READS.incrementAndGet();
        String[] parts =
                new String(entity.readAllBytes(), StandardCharsets.UTF_8).strip().split(" x ", -1);
        try {
            return new Order(Long.parseLong(parts[0]), Integer.parseInt(parts[1]));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new BadRequestException("expected: productId x quantity", e);
        }
    }
}
