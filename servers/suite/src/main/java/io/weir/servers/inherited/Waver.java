package io.weir.servers.inherited;

import jakarta.ejb.Stateless;

/** Has nothing of its own. */
@Stateless
public class Waver implements Waving {}
