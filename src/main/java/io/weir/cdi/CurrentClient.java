package io.weir.cdi;

import io.weir.ClientIdentity;
import io.weir.gate.CurrentOperation;
import io.weir.gate.Operation;
import io.weir.http.Client;
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
