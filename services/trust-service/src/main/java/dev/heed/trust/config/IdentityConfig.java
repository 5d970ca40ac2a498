package dev.heed.trust.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** Who is who; the same values as in chat-service, or people don't find their own record. */
@ConfigMapping(prefix = "heed.identity")
public interface IdentityConfig {

  /** The secret of sessions and pseudonyms, at least 32 bytes (HEED_SECRET); empty: no people. */
  Optional<String> secret();

  /** Version of the secret; stands in every pseudonym. */
  @WithDefault("1")
  int keyVersion();

  /** API keys that are taken. None: any key is taken as a name. */
  Optional<List<String>> apiKeys();
}
