package dev.heed.chat.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** How people are told apart; the same in every public service. */
@ConfigMapping(prefix = "heed.identity")
public interface IdentityConfig {

  /** At least 32 characters, the same in every service (HEED_SECRET). */
  Optional<String> secret();

  /** Version of the secret; stands in each pseudonym. */
  @WithDefault("1")
  int keyVersion();

  /** Keys that are taken; none: any key is taken as a name. */
  Optional<List<String>> apiKeys();
}
