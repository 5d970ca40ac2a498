package dev.heed.learning.config;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** Who may see rounds and take releases back. */
@ConfigMapping(prefix = "heed.operator")
public interface OperatorConfig {

  /** The operators' key (HEED_OPERATOR_KEY); empty: nobody gets in. */
  Optional<String> key();
}
