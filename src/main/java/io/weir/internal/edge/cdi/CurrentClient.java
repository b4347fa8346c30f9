package io.weir.internal.edge.cdi;

import io.weir.ClientIdentity;
import io.weir.internal.address.Client;
import io.weir.internal.guard.CurrentOperation;
import io.weir.internal.guard.Operation;
import java.util.List;

/** Speaks of the request that the calling thread is serving. */
record CurrentClient(CurrentOperation current) implements ClientIdentity {

    private ClientIdentity client() {
        return current.get().map(Operation::caller).map(c -> c.client()).orElse(Client.NONE);
    }

    @Override
    public String peer() {
        return client().peer();
    }

    @Override
    public String address() {
        return client().address();
    }

    @Override
    public String key() {
        return client().key();
    }

    @Override
    public List<String> findings() {
        return client().findings();
    }
}
