package io.weir.internal.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.CommonOptions;
import org.redisson.api.options.OptionalOptions;
import org.redisson.client.codec.StringCodec;

/**
 * What Weir asks of Redisson. With retries one call on a hung Redis would take its permits several
 * times.
 *
 * @param redisson the client
 * @param scripts what runs scripts in it, which takes a while to make
 * @param deadline of one command
 * @param singleServer whether all keys are on one server
 */
record RedisCommands(
        RedissonClient redisson, RScript scripts, Duration deadline, SingleServer singleServer) {

    static RedisCommands of(RedissonClient redisson, Duration deadline) {
        RScript scripts =
                redisson.getScript(
                        OptionalOptions.defaults()
                                .codec(StringCodec.INSTANCE)
                                .timeout(deadline)
                                .retryAttempts(0));
        return new RedisCommands(redisson, scripts, deadline, new SingleServer());
    }

    // READ_WRITE even for what only reads: it must run where the counts are written.

    <T> CompletionStage<T> byDigest(Lua lua, List<Object> keys, Object... arguments) {
        return scripts.evalShaAsync(
                RScript.Mode.READ_WRITE, lua.digest(), lua.answer(), keys, arguments);
    }

    <T> CompletionStage<T> byText(Lua lua, List<Object> keys, Object... arguments) {
        return scripts.evalAsync(
                RScript.Mode.READ_WRITE, lua.text(), lua.answer(), keys, arguments);
    }

    CompletionStage<Boolean> tryAcquire(String rateLimiter, long permits) {
        return redisson.getRateLimiter(
                        CommonOptions.name(rateLimiter).timeout(deadline).retryAttempts(0))
                .tryAcquireAsync(permits);
    }
}
