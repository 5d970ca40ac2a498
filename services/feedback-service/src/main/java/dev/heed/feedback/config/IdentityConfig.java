package dev.heed.feedback.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** Who is who; the same values as in chat-service, or people lose their replies. */
@ConfigMapping(prefix = "heed.identity")
public interface IdentityConfig {

  /** The secret of sessions and pseudonyms, at least 32 bytes. Required (HEED_SECRET). */
  Optional<String> secret();

  /** Version of the secret; stands in every pseudonym. */
  @WithDefault("1")
  int keyVersion();

  /** API keys that are taken. None: any key is taken as a name. */
  Optional<List<String>> apiKeys();
}
