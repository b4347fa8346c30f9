package io.weir.shop;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.stream.JsonParser;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.NoSuchElementException;

/**
 * Reads an order, strictly: a number is a number and not text that looks like one, and whatever
 * else is sent is the client's mistake (400), not the server's.
 */
@Provider
@Consumes(MediaType.APPLICATION_JSON)
// Not @ApplicationScoped: behind a proxy of CDI, Jersey may prefer its own reader of JSON to it.
@Dependent
public class OrderReader implements MessageBodyReader<Order> {

    /** Far more than an order needs, and too short to nest deeply. */
    private static final int MAX_BYTES = 1_000;

    @Inject private Catalogue catalogue;

    @Override
    public boolean isReadable(
            Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return type == Order.class;
    }

    @Override
    public Order readFrom(
            Class<Order> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, String> headers,
            InputStream body) {
        JsonObject order = object(text(body));
        long productId = integer(order, "productId", 1, Long.MAX_VALUE);
        int quantity = Math.toIntExact(integer(order, "quantity", 1, Order.MAX_QUANTITY));
        if (catalogue.find(productId).isEmpty()) {
            throw bad("productId: there is no such product");
        }
        return new Order(productId, quantity);
    }

    private static String text(InputStream body) {
        try {
            byte[] bytes = body.readNBytes(MAX_BYTES + 1);
            if (bytes.length <= MAX_BYTES) {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
            }
        } catch (IOException e) {
            // Cut off on the way, or not UTF-8.
        }
        throw bad("an order is UTF-8 of at most " + MAX_BYTES + " bytes");
    }

    private static JsonObject object(String text) {
        try (JsonParser parser = Json.createParser(new StringReader(text))) {
            if (parser.next() == JsonParser.Event.START_OBJECT) {
                JsonObject order = parser.getObject();
                if (!parser.hasNext()) {
                    return order;
                }
            }
        } catch (JsonException | NoSuchElementException | NumberFormatException e) {
            // Not JSON, or a number with an exponent that no BigDecimal has: answered like JSON
            // that is something else.
        }
        throw bad("an order is one JSON object");
    }

    private static long integer(JsonObject order, String field, long min, long max) {
        if (order.get(field) instanceof JsonNumber number && number.isIntegral()) {
            try {
                long value = number.longValueExact();
                if (value >= min && value <= max) {
                    return value;
                }
            } catch (ArithmeticException e) {
                // Larger than a long: out of bounds like any other.
            }
        }
        throw bad(field + ": expected an integer from " + min + " to " + max);
    }

    private static BadRequestException bad(String detail) {
        JsonObject problem =
                Json.createObjectBuilder()
                        .add("title", Response.Status.BAD_REQUEST.getReasonPhrase())
                        .add("status", Response.Status.BAD_REQUEST.getStatusCode())
                        .add("detail", detail)
                        .build();
        return new BadRequestException(
                Response.status(Response.Status.BAD_REQUEST)
                        .type("application/problem+json")
                        .entity(problem.toString())
                        .build());
    }
}
