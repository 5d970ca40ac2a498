package dev.heed.trust.config;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** Who may see what is known of people. */
@ConfigMapping(prefix = "heed.operator")
public interface OperatorConfig {

  /** The operators' key (HEED_OPERATOR_KEY); empty: nobody gets in. */
  Optional<String> key();
}
