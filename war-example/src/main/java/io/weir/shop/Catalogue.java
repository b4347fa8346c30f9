package io.weir.shop;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the shop sells. */
@ApplicationScoped
public class Catalogue {

    private final Map<Long, String> names =
            new TreeMap<>(
                    Map.of(
                            1L, "Brass kettle",
                            2L, "Walnut chessboard",
                            3L, "Wool blanket",
                            4L, "Copper lantern",
                            5L, "Field notebook",
                            6L, "Enamel teapot"));

    @Inject private ViewCounter views;

    /**
     * Everything there is.
     *
     * @return the products by number
     */
    public List<Product> all() {
        return search("");
    }

    /**
     * Looks a product up.
     *
     * @param id its number
     * @return the product, empty if there is none
     */
    public Optional<Product> find(long id) {
        return Optional.ofNullable(names.get(id)).map(name -> product(id, name));
    }

    /**
     * Looks for products by name.
     *
     * @param text a part of the name, in any case
     * @return the products by number
     */
    public List<Product> search(String text) {
        String wanted = text.strip().toLowerCase(Locale.ROOT);
        return names.entrySet().stream()
                .filter(entry -> entry.getValue().toLowerCase(Locale.ROOT).contains(wanted))
                .map(entry -> product(entry.getKey(), entry.getValue()))
                .toList();
    }

    private Product product(long id, String name) {
        return new Product(id, name, views.of(id));
    }
}
