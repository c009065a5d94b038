#pragma once

#include "cluster/link/links.hpp"
#include "cluster/link/outbox.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

namespace parley::cluster::link {

/// What is known of one peer, by all threads: the links' thread writes, but
/// for the outbox.
struct link_record {
  link_record(node_id of, const link_options& opts) : node(of), queue(opts) {}

  const node_id node;
  outbox queue;
  std::atomic<bool> up = false;
  std::atomic<std::uint64_t> incarnation = 0;
  std::atomic<std::uint16_t> version = 0;
  std::atomic<std::int64_t> round_trip_us = 0;
  std::atomic<std::uint64_t> bytes_in = 0;
  std::atomic<std::uint64_t> bytes_out = 0;
  std::atomic<std::uint64_t> frames_in = 0;

  link_info info(std::string address) const {
    link_info out;
    out.node = node;
    out.address = std::move(address);
    out.up = up;
    out.incarnation = incarnation;
    out.version = version;
    out.round_trip = std::chrono::microseconds{round_trip_us};
    out.bytes_in = bytes_in;
    out.bytes_out = bytes_out;
    out.frames_in = frames_in;
    out.frames_out = queue.frames();
    out.queued_bytes = queue.bytes();
    return out;
  }
};

} // namespace parley::cluster::link
