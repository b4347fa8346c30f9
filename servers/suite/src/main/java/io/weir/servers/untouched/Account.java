package io.weir.servers.untouched;

import jakarta.json.bind.annotation.JsonbTransient;

/** Of which JSON Binding shows the name only. */
public class Account {

    public String getName() {
        return "ann";
    }

    @JsonbTransient
    public String getPassword() {
        return "s3cr3t";
    }
}
