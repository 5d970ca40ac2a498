package dev.heed.stack;

/** The services that make up the stack, in the order of the flow, and the heap each gets here. */
enum ServiceSpec {
  CHAT("chat-service", 256),
  SAFETY("safety-service", 320),
  INFERENCE("inference-service", 384),
  FEEDBACK("feedback-service", 192),
  TRUST("trust-service", 256),
  LEARNING("learning-service", 160);

  private final String module;
  private final int heapMegabytes;

  ServiceSpec(String module, int heapMegabytes) {
    this.module = module;
    this.heapMegabytes = heapMegabytes;
  }

  /** The Maven module's and the service's name. */
  String module() {
    return module;
  }

  int heapMegabytes() {
    return heapMegabytes;
  }
}
