package io.weir.release;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Date;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.crypto.generators.RSAKeyPairGenerator;
import org.bouncycastle.crypto.params.RSAKeyGenerationParameters;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;

/** A key of this run, without a passphrase and without a program beside Java. */
final class PgpKey {

    private final PGPSecretKey key;

    private PgpKey(PGPSecretKey key) {
        this.key = key;
    }

    static PgpKey made() throws PGPException {
        RSAKeyPairGenerator generator = new RSAKeyPairGenerator();
        generator.init(
                new RSAKeyGenerationParameters(
                        BigInteger.valueOf(0x10001), new SecureRandom(), 3072, 100));
        PGPKeyPair pair =
                new BcPGPKeyPair(
                        PublicKeyPacket.VERSION_4,
                        PublicKeyAlgorithmTags.RSA_GENERAL,
                        generator.generateKeyPair(),
                        new Date());
        return new PgpKey(
                new PGPSecretKey(
                        PGPSignature.DEFAULT_CERTIFICATION,
                        pair,
                        "A test of a release <test@weir.example>",
                        new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA1),
                        null,
                        null,
                        new BcPGPContentSignerBuilder(
                                PublicKeyAlgorithmTags.RSA_GENERAL, HashAlgorithmTags.SHA256),
                        null));
    }

    /** As {@code gpg --armor --export-secret-keys} writes one. */
    String armored() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = ArmoredOutputStream.builder().build(bytes)) {
            key.encode(out);
        }
        return bytes.toString(StandardCharsets.US_ASCII);
    }

    /** Whether a file was signed with this key. */
    boolean signed(Path file, Path signature) throws IOException, PGPException {
        try (var in = PGPUtil.getDecoderStream(Files.newInputStream(signature))) {
            PGPSignatureList signatures =
                    (PGPSignatureList) new BcPGPObjectFactory(in).nextObject();
            PGPSignature one = signatures.get(0);
            if (one.getKeyID() != key.getKeyID()) {
                return false;
            }
            one.init(new BcPGPContentVerifierBuilderProvider(), key.getPublicKey());
            one.update(Files.readAllBytes(file));
            return one.verify();
        }
    }
}
