#include "storage/moderation_records.hpp"

#include "storage/record_io.hpp"

namespace parley::storage {

// Each `fields` is a row of docs/storage-format.md, in its order. Appending,
// removing or reordering one is a new record version.

void fields(auto& io, either<filed_record> auto& x) {
  io(x.user);
  io(x.report);
  io(x.at);
}

void fields(auto& io, either<standing_record> auto& x) {
  io(x.revision);
  io(x.decided);
  io(x.muted_until);
  io(x.mute_reason);
  io(x.address);
  io(x.filed);
}

void fields(auto& io, either<report_record> auto& x) {
  io(x.reporter);
  io(x.user);
  io(x.conversation);
  io(x.seqs);
  io(x.reason);
  io(x.text);
  io(x.at);
  io(x.resolved_at);
  io(x.resolved_by);
  io(x.note);
}

void fields(auto& io, either<evidence_record> auto& x) {
  io(x.at);
  io(x.message);
}

void fields(auto& io, either<evidence_list_record> auto& x) {
  io(x.messages);
}

void fields(auto& io, either<filing_record> auto& x) {
  io(x.id);
  fields(io, x.report);
  io(x.evidence);
  io.later(x.weightless);
}

void fields(auto& io, either<complaint_record> auto& x) {
  io(x.reporter);
  io(x.at);
  io.later(x.weightless);
}

void fields(auto& io, either<verdict_record> auto& x) {
  io(x.number);
  io(x.at);
}

void fields(auto& io, either<audit_record> auto& x) {
  io(x.at);
  io(x.action);
  io(x.by);
  io(x.subject);
  io(x.until);
  io(x.reason);
}

void fields(auto& io, either<address_ban_record> auto& x) {
  io(x.address);
  io(x.until);
  io(x.because_of);
  io(x.revision);
}

std::string encode(const standing_record& x) {
  return encode_record(x, 128);
}

std::string encode(const report_record& x) {
  return encode_record(x, 256);
}

std::string encode(const evidence_list_record& x) {
  return encode_record(x, 1024);
}

std::string encode(const filing_record& x) {
  return encode_record(x, 1024);
}

std::string encode(const complaint_record& x) {
  return encode_record(x);
}

std::string encode(const verdict_record& x) {
  return encode_record(x, 16);
}

std::string encode(const audit_record& x) {
  return encode_record(x, 128);
}

std::string encode(const address_ban_record& x) {
  return encode_record(x, 128);
}

template <>
result<standing_record> decode(std::string_view bytes) {
  return decode_record<standing_record>(bytes);
}

template <>
result<report_record> decode(std::string_view bytes) {
  return decode_record<report_record>(bytes);
}

template <>
result<evidence_list_record> decode(std::string_view bytes) {
  return decode_record<evidence_list_record>(bytes);
}

template <>
result<filing_record> decode(std::string_view bytes) {
  return decode_record<filing_record>(bytes);
}

template <>
result<complaint_record> decode(std::string_view bytes) {
  return decode_record<complaint_record>(bytes);
}

template <>
result<verdict_record> decode(std::string_view bytes) {
  return decode_record<verdict_record>(bytes);
}

template <>
result<audit_record> decode(std::string_view bytes) {
  return decode_record<audit_record>(bytes);
}

template <>
result<address_ban_record> decode(std::string_view bytes) {
  return decode_record<address_ban_record>(bytes);
}

} // namespace parley::storage
