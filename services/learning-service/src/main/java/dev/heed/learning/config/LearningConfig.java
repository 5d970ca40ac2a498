package dev.heed.learning.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/** Where the data set lies and how it is written. */
@ConfigMapping(prefix = "heed.learning")
public interface LearningConfig {

  /** Folder of the service's state; the data set is its sub-folder {@code dataset}. */
  Path dataDir();

  /** Rows that wait for a commit at most; then they are written at once. */
  @WithDefault("5000")
  int commitRows();

  /** Size of rows that wait for a commit at most. */
  @WithDefault("4M")
  MemorySize commitSize();

  /** How long rows wait for a commit at most. */
  @WithDefault("2s")
  Duration commitInterval();

  /** Size at which a segment file is sealed and the next one begun. */
  @WithDefault("64M")
  MemorySize segmentSize();

  /** Longest text that is stored, in characters; longer ones are cut. */
  @WithDefault("32000")
  int maxText();

  /** Pause after a failure of disk or Kafka. */
  @WithDefault("1s")
  Duration retryAfter();
}
