package io.weir.shop;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the shop sells, read through the cache. */
@ApplicationScoped
public class Catalogue {

    @Inject private Products products;
    @Inject private SharedCache cache;

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
        return name(id).map(name -> new Product(id, name, cache.views(id)));
    }

    private Optional<String> name(long id) {
        return products.isThere(id)
                ? cache.name(id, () -> products.name(id))
                : Optional.empty(); // what nobody sells is not cached
    }

    /**
     * Looks for products by name.
     *
     * @param text a part of the name, in any case
     * @return the products by number
     */
    public List<Product> search(String text) {
        String wanted = text.strip().toLowerCase(Locale.ROOT);
        return products.numbers().stream()
                .map(this::find)
                .flatMap(Optional::stream)
                .filter(product -> product.name().toLowerCase(Locale.ROOT).contains(wanted))
                .toList();
    }

    /**
     * Gives a product another name.
     *
     * @param id its number
     * @param name the name
     * @return false if there is no such product
     */
    public boolean rename(long id, String name) {
        if (!products.isThere(id)) {
            return false;
        }
        products.rename(id, name);
        cache.forget(id);
        return true;
    }
}
