package dev.heed.learning.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** When rounds of learning are held, and how far a trainer may go. */
@ConfigMapping(prefix = "heed.learning.rounds")
public interface RoundsConfig {

  /** Time between rounds; empty: none by the clock. */
  Optional<Duration> every();

  /** New sum of |weight| since the last data version that starts a round; 0: none by weight. */
  @WithDefault("0")
  double newWeight();

  /**
   * What is trained: reward, sft, cringe, dpo or director; all but reward need the Python trainer.
   */
  @WithDefault("reward")
  String kind();

  /** Least sum of |weight| of a data version to train on. */
  @WithDefault("20")
  double leastWeight();

  /** Longest time of a trainer. */
  @WithDefault("1h")
  Duration trainerTime();

  /** Most memory of a trainer's process. */
  @WithDefault("3G")
  MemorySize trainerMemory();

  /** Longest time of the gates. */
  @WithDefault("30m")
  Duration judgeTime();

  /** How often a trainer that died is started again, from its checkpoint. */
  @WithDefault("3")
  int attempts();

  /** Seed of training; the round's number is added. */
  @WithDefault("1")
  long seed();

  /** How often it is looked whether a round is due. */
  @WithDefault("5s")
  Duration tick();

  /**
   * Command that the trainer's options are appended to; empty: this service's own (reward only).
   */
  Optional<List<String>> trainer();

  /** More options of the trainer, such as {@code --rank=4}; see its own help. */
  Optional<List<String>> trainerOptions();

  /** GGUF file of the base model, for language-model kinds. */
  Optional<Path> gguf();

  /** Folder of the base model that is served; the gates measure adapters with it. */
  Optional<Path> model();

  /** The {@code heed} command that gates sample and classify with; empty: those gates fail. */
  Optional<Path> tools();
}
