package io.weir.config;

import io.weir.Policy;
import java.util.List;

/**
 * A policy that the servlet filter enforces.
 *
 * @param policy the policy
 * @param path which paths of the application: one path ({@code /search}), everything below one
 *     ({@code /api/*}), or a template ({@code /products/{id}})
 * @param methods which HTTP methods, upper case; empty: all
 */
public record FilterPolicy(Policy policy, String path, List<String> methods) {}
