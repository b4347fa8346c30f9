package io.weir.internal.count;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * What is explained is what the same request then gets: whatever the policies, keys, modes,
 * networks, plans and dispatches, while Redis comes, goes and forgets. Nothing is explained for
 * which the application would then be asked.
 */
class ExplainPropertyTest {

    @Property(tries = 500)
    void whatIsExplainedIsWhatTheSameRequestGets(@ForAll Random random) throws Exception {
        ExplainedNode node = new ExplainedNode(random);
        for (int i = 0; i < 60; i++) {
            node.happens();
            node.compare();
        }
    }
}
