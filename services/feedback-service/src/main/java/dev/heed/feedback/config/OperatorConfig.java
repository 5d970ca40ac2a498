package dev.heed.feedback.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** Who may review. */
@ConfigMapping(prefix = "heed.operator")
public interface OperatorConfig {

  /** The operators' key (HEED_OPERATOR_KEY); empty: nobody gets in. */
  Optional<String> key();

  /** Share of questions that were answered before and are asked again, unannounced. */
  @WithDefault("0.1")
  double secretShare();
}
