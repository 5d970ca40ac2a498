package dev.heed.safety.policy;

import java.util.Map;

/**
 * The policy of a deployment, with what its tenants override.
 *
 * @param standard for everyone else
 * @param tenants by tenant
 */
public record PolicySet(Policy standard, Map<String, Policy> tenants) {

  public PolicySet {
    tenants = Map.copyOf(tenants);
  }

  /** The policy that applies to a tenant. */
  public Policy of(String tenant) {
    return tenants.getOrDefault(tenant, standard);
  }
}
