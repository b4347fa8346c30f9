package io.weir.internal.policy;

/**
 * What an operator has put in the place of settings, until it ends.
 *
 * @param limit the text of a limit; empty: the limit stays as it is
 * @param mode the word of a mode; empty: the mode stays as it is
 * @param origin who has set it, as descriptions say it
 */
public record PolicyOverride(String limit, String mode, String origin) {}
