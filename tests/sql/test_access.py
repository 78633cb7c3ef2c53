"""Who may do what with each table: the whole matrix. A table without its lines here fails."""

import uuid
from collections.abc import Iterator
from typing import NamedTuple

import psycopg
import pytest

from tests import cast
from tests.conftest import any_plate
from tests.sql.callers import (
    ANON,
    BARE,
    CLERK,
    DANA,
    GATEWAY,
    KEY,
    SERVICE,
    STAFF,
    SUSPENDED,
    TAMAR,
    Caller,
    Desk,
    gateway,
)

# yes: it happens. none: no error, and no row is touched. no: refused. 404: no such case.
# A person's own office stands before another office. Nobody, and the bare login, are refused everywhere.
GRID = """
table                      verb      member      suspended   staff       gateway     service
orgs                       select    yes  none   none none   yes  none   yes  none   yes  yes
orgs                       insert    no   no     no   no     no   no     no   no     yes  yes
orgs                       update    no   no     no   no     yes  none   no   no     yes  yes
orgs                       delete    no   no     no   no     no   no     no   no     no   no
orgs                       truncate  no   no     no   no     no   no     no   no     no   no
profiles                   select    yes  none   none none   yes  none   yes  none   yes  yes
profiles                   insert    no   no     no   no     no   no     no   no     yes  yes
profiles                   update    yes  none   none none   yes  none   none none   yes  yes
profiles                   delete    no   no     no   no     no   no     no   no     no   no
profiles                   truncate  no   no     no   no     no   no     no   no     no   no
user_orgs                  select    yes  none   none none   yes  none   yes  none   yes  yes
user_orgs                  insert    no   no     no   no     no   no     no   no     yes  yes
user_orgs                  update    no   no     no   no     no   no     no   no     yes  yes
user_orgs                  delete    no   no     no   no     no   no     no   no     yes  yes
user_orgs                  truncate  no   no     no   no     no   no     no   no     no   no
cases                      select    yes  none   none none   yes  none   yes  none   yes  yes
cases                      insert    yes  no     no   no     yes  no     yes  no     yes  yes
cases                      update    yes  none   none none   yes  none   yes  none   yes  yes
cases                      delete    no   no     no   no     no   no     no   no     no   no
cases                      truncate  no   no     no   no     no   no     no   no     no   no
case_search_index          select    yes  none   none none   yes  none   yes  none   yes  yes
case_search_index          insert    no   no     no   no     no   no     no   no     no   no
case_search_index          update    no   no     no   no     no   no     no   no     no   no
case_search_index          delete    no   no     no   no     no   no     no   no     no   no
case_search_index          truncate  no   no     no   no     no   no     no   no     no   no
events                     select    yes  none   none none   yes  none   yes  none   yes  yes
events                     insert    no   no     no   no     no   no     no   no     no   no
events                     update    no   no     no   no     no   no     no   no     no   no
events                     delete    no   no     no   no     no   no     no   no     no   no
events                     truncate  no   no     no   no     no   no     no   no     no   no
case_helper                select    yes  none   none none   yes  none   yes  none   yes  yes
case_helper                insert    yes  404    404  404    yes  404    yes  404    yes  yes
case_helper                update    none none   none none   none none   none none   none none
case_helper                delete    no   no     no   no     no   no     no   no     no   no
case_helper                truncate  no   no     no   no     no   no     no   no     no   no
helper_state               select    yes  none   none none   yes  none   yes  none   yes  yes
helper_state               insert    no   no     no   no     no   no     no   no     no   no
helper_state               update    no   no     no   no     no   no     no   no     no   no
helper_state               delete    no   no     no   no     no   no     no   no     no   no
helper_state               truncate  no   no     no   no     no   no     no   no     no   no
helper_versions            select    yes  none   none none   yes  none   yes  none   yes  yes
helper_versions            insert    no   no     no   no     no   no     no   no     no   no
helper_versions            update    no   no     no   no     no   no     no   no     no   no
helper_versions            delete    no   no     no   no     no   no     no   no     no   no
helper_versions            truncate  no   no     no   no     no   no     no   no     no   no
helpers                    select    yes  none   none none   yes  none   yes  none   yes  yes
helpers                    insert    no   no     no   no     no   no     no   no     no   no
helpers                    update    no   no     no   no     no   no     no   no     no   no
helpers                    delete    no   no     no   no     no   no     no   no     no   no
helpers                    truncate  no   no     no   no     no   no     no   no     no   no
case_helper_mirror         select    yes  none   none none   yes  none   yes  none   yes  yes
case_helper_mirror         insert    no   no     no   no     no   no     no   no     no   no
case_helper_mirror         update    no   no     no   no     no   no     no   no     no   no
case_helper_mirror         delete    no   no     no   no     no   no     no   no     no   no
case_helper_mirror         truncate  no   no     no   no     no   no     no   no     no   no
case_helper_sections       select    yes  none   none none   yes  none   yes  none   yes  yes
case_helper_sections       insert    no   no     no   no     no   no     no   no     no   no
case_helper_sections       update    no   no     no   no     no   no     no   no     no   no
case_helper_sections       delete    no   no     no   no     no   no     no   no     no   no
case_helper_sections       truncate  no   no     no   no     no   no     no   no     no   no
feature_flags              select    yes  none   none none   yes  none   yes  none   yes  yes
feature_flags              insert    no   no     no   no     yes  no     no   no     yes  yes
feature_flags              update    no   no     no   no     yes  none   no   no     yes  yes
feature_flags              delete    no   no     no   no     yes  none   no   no     yes  yes
feature_flags              truncate  no   no     no   no     no   no     no   no     no   no
helper_sources             select    yes  none   none none   yes  none   yes  none   yes  yes
helper_sources             insert    no   no     no   no     yes  no     no   no     yes  yes
helper_sources             update    no   no     no   no     yes  none   no   no     yes  yes
helper_sources             delete    no   no     no   no     yes  none   no   no     yes  yes
helper_sources             truncate  no   no     no   no     no   no     no   no     no   no
helper_sync_log            select    yes  none   none none   yes  none   yes  none   yes  yes
helper_sync_log            insert    no   no     no   no     no   no     no   no     no   no
helper_sync_log            update    no   no     no   no     no   no     no   no     no   no
helper_sync_log            delete    no   no     no   no     no   no     no   no     no   no
helper_sync_log            truncate  no   no     no   no     no   no     no   no     no   no
parts_search_sessions      select    yes  none   none none   yes  none   yes  none   yes  yes
parts_search_sessions      insert    yes  404    404  404    yes  404    yes  404    yes  yes
parts_search_sessions      update    yes  none   none none   yes  none   yes  none   yes  yes
parts_search_sessions      delete    no   no     no   no     no   no     no   no     no   no
parts_search_sessions      truncate  no   no     no   no     no   no     no   no     no   no
parts_search_results       select    yes  none   none none   yes  none   yes  none   yes  yes
parts_search_results       insert    yes  404    404  404    yes  404    yes  404    yes  yes
parts_search_results       update    yes  none   none none   yes  none   yes  none   yes  yes
parts_search_results       delete    no   no     no   no     no   no     no   no     no   no
parts_search_results       truncate  no   no     no   no     no   no     no   no     no   no
selected_parts             select    yes  none   none none   yes  none   yes  none   yes  yes
selected_parts             insert    yes  404    404  404    yes  404    yes  404    yes  yes
selected_parts             update    yes  none   none none   yes  none   yes  none   yes  yes
selected_parts             delete    no   no     no   no     no   no     no   no     no   no
selected_parts             truncate  no   no     no   no     no   no     no   no     no   no
parts_required             select    yes  none   none none   yes  none   yes  none   yes  yes
parts_required             insert    yes  404    404  404    yes  404    yes  404    yes  yes
parts_required             update    yes  none   none none   yes  none   yes  none   yes  yes
parts_required             delete    no   no     no   no     no   no     no   no     no   no
parts_required             truncate  no   no     no   no     no   no     no   no     no   no
levi_reports               select    yes  none   none none   yes  none   yes  none   yes  yes
levi_reports               insert    yes  404    404  404    yes  404    yes  404    yes  yes
levi_reports               update    yes  none   none none   yes  none   yes  none   yes  yes
levi_reports               delete    no   no     no   no     no   no     no   no     no   no
levi_reports               truncate  no   no     no   no     no   no     no   no     no   no
vehicle_details            select    yes  none   none none   yes  none   yes  none   yes  yes
vehicle_details            insert    yes  404    404  404    yes  404    yes  404    yes  yes
vehicle_details            update    yes  none   none none   yes  none   yes  none   yes  yes
vehicle_details            delete    no   no     no   no     no   no     no   no     no   no
vehicle_details            truncate  no   no     no   no     no   no     no   no     no   no
ocr_results                select    yes  none   none none   yes  none   yes  none   yes  yes
ocr_results                insert    yes  404    404  404    yes  404    yes  404    yes  yes
ocr_results                update    yes  none   none none   yes  none   yes  none   yes  yes
ocr_results                delete    no   no     no   no     no   no     no   no     no   no
ocr_results                truncate  no   no     no   no     no   no     no   no     no   no
vat_rates                  select    yes  none   none none   yes  none   yes  none   yes  yes
vat_rates                  insert    no   no     no   no     yes  no     no   no     yes  yes
vat_rates                  update    no   no     no   no     yes  none   no   no     yes  yes
vat_rates                  delete    no   no     no   no     no   no     no   no     no   no
vat_rates                  truncate  no   no     no   no     no   no     no   no     no   no
invoice_suppliers          select    yes  none   none none   yes  none   yes  none   yes  yes
invoice_suppliers          insert    yes  no     no   no     yes  no     yes  no     yes  yes
invoice_suppliers          update    yes  none   none none   yes  none   yes  none   yes  yes
invoice_suppliers          delete    no   no     no   no     no   no     no   no     no   no
invoice_suppliers          truncate  no   no     no   no     no   no     no   no     no   no
invoices                   select    yes  none   none none   yes  none   yes  none   yes  yes
invoices                   insert    yes  404    404  404    yes  404    yes  404    yes  yes
invoices                   update    yes  none   none none   yes  none   yes  none   yes  yes
invoices                   delete    no   no     no   no     no   no     no   no     no   no
invoices                   truncate  no   no     no   no     no   no     no   no     no   no
invoice_lines              select    yes  none   none none   yes  none   yes  none   yes  yes
invoice_lines              insert    yes  404    404  404    yes  404    yes  404    yes  yes
invoice_lines              update    yes  none   none none   yes  none   yes  none   yes  yes
invoice_lines              delete    no   no     no   no     no   no     no   no     no   no
invoice_lines              truncate  no   no     no   no     no   no     no   no     no   no
required_parts_archive     select    yes  none   none none   yes  none   yes  none   yes  yes
required_parts_archive     insert    yes  404    404  404    yes  404    yes  404    yes  yes
required_parts_archive     update    yes  none   none none   yes  none   yes  none   yes  yes
required_parts_archive     delete    no   no     no   no     no   no     no   no     no   no
required_parts_archive     truncate  no   no     no   no     no   no     no   no     no   no
invoice_documents          select    yes  none   none none   yes  none   yes  none   yes  yes
invoice_documents          insert    yes  404    404  404    yes  404    yes  404    yes  yes
invoice_documents          update    yes  none   none none   yes  none   yes  none   yes  yes
invoice_documents          delete    no   no     no   no     no   no     no   no     no   no
invoice_documents          truncate  no   no     no   no     no   no     no   no     no   no
invoice_damage_center_mappings select    yes  none   none none   yes  none   yes  none   yes  yes
invoice_damage_center_mappings insert    yes  404    404  404    yes  404    yes  404    yes  yes
invoice_damage_center_mappings update    yes  none   none none   yes  none   yes  none   yes  yes
invoice_damage_center_mappings delete    no   no     no   no     no   no     no   no     no   no
invoice_damage_center_mappings truncate  no   no     no   no     no   no     no   no     no   no
invoice_validations        select    yes  none   none none   yes  none   yes  none   yes  yes
invoice_validations        insert    no   no     no   no     no   no     no   no     no   no
invoice_validations        update    yes  none   none none   yes  none   yes  none   yes  yes
invoice_validations        delete    no   no     no   no     no   no     no   no     no   no
invoice_validations        truncate  no   no     no   no     no   no     no   no     no   no
kb_docs                    select    yes  none   none none   yes  none   yes  none   yes  yes
kb_docs                    insert    yes  no     no   no     yes  no     yes  no     yes  yes
kb_docs                    update    yes  none   none none   yes  none   yes  none   yes  yes
kb_docs                    delete    no   no     no   no     no   no     no   no     no   no
kb_docs                    truncate  no   no     no   no     no   no     no   no     no   no
kb_embeddings              select    yes  none   none none   yes  none   yes  none   yes  yes
kb_embeddings              insert    no   no     no   no     no   no     no   no     yes  yes
kb_embeddings              update    no   no     no   no     no   no     no   no     yes  yes
kb_embeddings              delete    no   no     no   no     no   no     no   no     yes  yes
kb_embeddings              truncate  no   no     no   no     no   no     no   no     no   no
job_runs                   select    yes  none   none none   yes  none   yes  none   yes  yes
job_runs                   insert    no   no     no   no     no   no     no   no     no   no
job_runs                   update    no   no     no   no     no   no     no   no     no   no
job_runs                   delete    no   no     no   no     no   no     no   no     no   no
job_runs                   truncate  no   no     no   no     no   no     no   no     no   no
list_files                 select    no   no     no   no     yes  none   no   no     yes  yes
list_files                 insert    no   no     no   no     yes  no     no   no     yes  yes
list_files                 update    no   no     no   no     yes  none   no   no     yes  yes
list_files                 delete    no   no     no   no     no   no     no   no     no   no
list_files                 truncate  no   no     no   no     no   no     no   no     no   no
system_logs                select    no   no     no   no     yes  none   no   no     yes  yes
system_logs                insert    no   no     no   no     no   no     no   no     no   no
system_logs                update    no   no     no   no     no   no     no   no     no   no
system_logs                delete    no   no     no   no     no   no     no   no     no   no
system_logs                truncate  no   no     no   no     no   no     no   no     no   no
check_runs                 select    no   no     no   no     yes  none   no   no     yes  yes
check_runs                 insert    no   no     no   no     no   no     no   no     no   no
check_runs                 update    no   no     no   no     no   no     no   no     no   no
check_runs                 delete    no   no     no   no     no   no     no   no     no   no
check_runs                 truncate  no   no     no   no     no   no     no   no     no   no
cutover_steps              select    no   no     no   no     yes  none   no   no     yes  yes
cutover_steps              insert    no   no     no   no     no   no     no   no     no   no
cutover_steps              update    no   no     no   no     no   no     no   no     no   no
cutover_steps              delete    no   no     no   no     no   no     no   no     no   no
cutover_steps              truncate  no   no     no   no     no   no     no   no     no   no
private.gateway_calls      select    no   no     no   no     yes  none   no   no     yes  yes
private.gateway_calls      insert    no   no     no   no     no   no     no   no     no   no
private.gateway_calls      update    no   no     no   no     no   no     no   no     no   no
private.gateway_calls      delete    no   no     no   no     no   no     no   no     no   no
private.gateway_calls      truncate  no   no     no   no     no   no     no   no     no   no
admin_system_health        select    no   no     no   no     yes  none   no   no     yes  yes
admin_system_health        insert    no   no     no   no     no   no     no   no     no   no
admin_system_health        update    no   no     no   no     no   no     no   no     no   no
admin_system_health        delete    no   no     no   no     no   no     no   no     no   no
admin_system_health        truncate  no   no     no   no     no   no     no   no     no   no
tracking_general           select    yes  none   none none   yes  none   yes  none   yes  yes
tracking_general           insert    no   no     no   no     no   no     no   no     no   no
tracking_general           update    no   no     no   no     no   no     no   no     no   no
tracking_general           delete    no   no     no   no     no   no     no   no     no   no
tracking_general           truncate  no   no     no   no     no   no     no   no     no   no
tracking_expertise         select    yes  none   none none   yes  none   yes  none   yes  yes
tracking_expertise         insert    no   no     no   no     no   no     no   no     no   no
tracking_expertise         update    no   no     no   no     no   no     no   no     no   no
tracking_expertise         delete    no   no     no   no     no   no     no   no     no   no
tracking_expertise         truncate  no   no     no   no     no   no     no   no     no   no
tracking_final_report      select    yes  none   none none   yes  none   yes  none   yes  yes
tracking_final_report      insert    no   no     no   no     no   no     no   no     no   no
tracking_final_report      update    no   no     no   no     no   no     no   no     no   no
tracking_final_report      delete    no   no     no   no     no   no     no   no     no   no
tracking_final_report      truncate  no   no     no   no     no   no     no   no     no   no
payment_tracking           select    yes  none   none none   yes  none   yes  none   yes  yes
payment_tracking           insert    yes  404    404  404    yes  404    yes  404    yes  yes
payment_tracking           update    yes  none   none none   yes  none   yes  none   yes  yes
payment_tracking           delete    no   no     no   no     no   no     no   no     no   no
payment_tracking           truncate  no   no     no   no     no   no     no   no     no   no
fee_invoices               select    yes  none   none none   yes  none   yes  none   yes  yes
fee_invoices               insert    yes  404    404  404    yes  404    yes  404    yes  yes
fee_invoices               update    yes  none   none none   yes  none   yes  none   yes  yes
fee_invoices               delete    no   no     no   no     no   no     no   no     no   no
fee_invoices               truncate  no   no     no   no     no   no     no   no     no   no
documents                  select    yes  none   none none   yes  none   yes  none   yes  yes
documents                  insert    yes  404    404  404    yes  404    yes  404    yes  yes
documents                  update    yes  none   none none   yes  none   yes  none   yes  yes
documents                  delete    no   no     no   no     no   no     no   no     no   no
documents                  truncate  no   no     no   no     no   no     no   no     no   no
reports                    select    yes  none   none none   yes  none   yes  none   yes  yes
reports                    insert    no   no     no   no     no   no     no   no     no   no
reports                    update    no   no     no   no     no   no     no   no     no   no
reports                    delete    no   no     no   no     no   no     no   no     no   no
reports                    truncate  no   no     no   no     no   no     no   no     no   no
private.report_sources     select    no   no     no   no     no   no     no   no     yes  yes
private.report_sources     insert    no   no     no   no     no   no     no   no     no   no
private.report_sources     update    no   no     no   no     no   no     no   no     no   no
private.report_sources     delete    no   no     no   no     no   no     no   no     no   no
private.report_sources     truncate  no   no     no   no     no   no     no   no     no   no
user_assets                select    yes  none   none none   yes  none   yes  none   yes  yes
user_assets                insert    yes  no     no   no     no   no     no   no     yes  yes
user_assets                update    none none   none none   yes  none   none none   yes  yes
user_assets                delete    no   no     no   no     no   no     no   no     no   no
user_assets                truncate  no   no     no   no     no   no     no   no     no   no
reminders                  select    yes  none   none none   yes  none   yes  none   yes  yes
reminders                  insert    yes  404    404  404    yes  404    yes  404    yes  yes
reminders                  update    yes  none   none none   yes  none   yes  none   yes  yes
reminders                  delete    no   no     no   no     no   no     no   no     no   no
reminders                  truncate  no   no     no   no     no   no     no   no     no   no
reminder_occurrences       select    yes  none   none none   yes  none   yes  none   yes  yes
reminder_occurrences       insert    no   no     no   no     no   no     no   no     no   no
reminder_occurrences       update    no   no     no   no     no   no     no   no     no   no
reminder_occurrences       delete    no   no     no   no     no   no     no   no     no   no
reminder_occurrences       truncate  no   no     no   no     no   no     no   no     no   no
outbound_messages          select    yes  none   none none   yes  none   yes  none   yes  yes
outbound_messages          insert    no   no     no   no     no   no     no   no     no   no
outbound_messages          update    no   no     no   no     no   no     no   no     no   no
outbound_messages          delete    no   no     no   no     no   no     no   no     no   no
outbound_messages          truncate  no   no     no   no     no   no     no   no     no   no
message_templates          select    yes  none   none none   yes  none   yes  none   yes  yes
message_templates          insert    no   no     no   no     yes  no     no   no     yes  yes
message_templates          update    none none   none none   yes  none   none none   yes  yes
message_templates          delete    no   no     no   no     no   no     no   no     no   no
message_templates          truncate  no   no     no   no     no   no     no   no     no   no
images                     select    yes  none   none none   yes  none   yes  none   yes  yes
images                     insert    yes  404    404  404    yes  404    yes  404    yes  yes
images                     update    yes  none   none none   yes  none   yes  none   yes  yes
images                     delete    no   no     no   no     no   no     no   no     no   no
images                     truncate  no   no     no   no     no   no     no   no     no   no
reminder_rules             select    yes  none   none none   yes  none   yes  none   yes  yes
reminder_rules             insert    no   no     no   no     yes  no     no   no     yes  yes
reminder_rules             update    none none   none none   yes  none   none none   yes  yes
reminder_rules             delete    no   no     no   no     no   no     no   no     no   no
reminder_rules             truncate  no   no     no   no     no   no     no   no     no   no
rule_reminders             select    yes  none   none none   yes  none   yes  none   yes  yes
rule_reminders             insert    no   no     no   no     no   no     no   no     no   no
rule_reminders             update    no   no     no   no     no   no     no   no     no   no
rule_reminders             delete    no   no     no   no     no   no     no   no     no   no
rule_reminders             truncate  no   no     no   no     no   no     no   no     no   no
private.calendar_feeds     select    no   no     no   no     yes  none   no   no     yes  yes
private.calendar_feeds     insert    no   no     no   no     no   no     no   no     no   no
private.calendar_feeds     update    no   no     no   no     no   no     no   no     no   no
private.calendar_feeds     delete    no   no     no   no     no   no     no   no     no   no
private.calendar_feeds     truncate  no   no     no   no     no   no     no   no     no   no
private.document_links     select    no   no     no   no     yes  none   no   no     yes  yes
private.document_links     insert    no   no     no   no     no   no     no   no     no   no
private.document_links     update    no   no     no   no     no   no     no   no     no   no
private.document_links     delete    no   no     no   no     no   no     no   no     no   no
private.document_links     truncate  no   no     no   no     no   no     no   no     no   no
onedrive_sync              select    yes  none   none none   yes  none   yes  none   yes  yes
onedrive_sync              insert    no   no     no   no     no   no     no   no     no   no
onedrive_sync              update    no   no     no   no     no   no     no   no     no   no
onedrive_sync              delete    no   no     no   no     no   no     no   no     no   no
onedrive_sync              truncate  no   no     no   no     no   no     no   no     no   no
private.bytes_let_go       select    no   no     no   no     no   no     no   no     no   no
private.bytes_let_go       insert    no   no     no   no     no   no     no   no     no   no
private.bytes_let_go       update    no   no     no   no     no   no     no   no     no   no
private.bytes_let_go       delete    no   no     no   no     no   no     no   no     no   no
private.bytes_let_go       truncate  no   no     no   no     no   no     no   no     no   no
private.event_tickets      select    no   no     no   no     no   no     no   no     no   no
private.event_tickets      insert    no   no     no   no     no   no     no   no     no   no
private.event_tickets      update    no   no     no   no     no   no     no   no     no   no
private.event_tickets      delete    no   no     no   no     no   no     no   no     no   no
private.event_tickets      truncate  no   no     no   no     no   no     no   no     no   no
private.gateway_keys       select    no   no     no   no     yes  none   no   no     yes  yes
private.gateway_keys       insert    no   no     no   no     yes  no     no   no     yes  yes
private.gateway_keys       update    no   no     no   no     yes  none   no   no     yes  yes
private.gateway_keys       delete    no   no     no   no     no   no     no   no     no   no
private.gateway_keys       truncate  no   no     no   no     no   no     no   no     no   no
private.webhook_endpoints  select    no   no     no   no     yes  none   no   no     yes  yes
private.webhook_endpoints  insert    no   no     no   no     yes  no     no   no     yes  yes
private.webhook_endpoints  update    no   no     no   no     yes  none   no   no     yes  yes
private.webhook_endpoints  delete    no   no     no   no     no   no     no   no     no   no
private.webhook_endpoints  truncate  no   no     no   no     no   no     no   no     no   no
private.outbox             select    no   no     no   no     yes  none   no   no     yes  yes
private.outbox             insert    no   no     no   no     no   no     no   no     no   no
private.outbox             update    no   no     no   no     no   no     no   no     no   no
private.outbox             delete    no   no     no   no     no   no     no   no     no   no
private.outbox             truncate  no   no     no   no     no   no     no   no     no   no
private.deliveries         select    no   no     no   no     yes  none   no   no     yes  yes
private.deliveries         insert    no   no     no   no     no   no     no   no     no   no
private.deliveries         update    no   no     no   no     yes  none   no   no     yes  yes
private.deliveries         delete    no   no     no   no     no   no     no   no     no   no
private.deliveries         truncate  no   no     no   no     no   no     no   no     no   no
private.delivery_attempts  select    no   no     no   no     yes  none   no   no     yes  yes
private.delivery_attempts  insert    no   no     no   no     no   no     no   no     no   no
private.delivery_attempts  update    no   no     no   no     no   no     no   no     no   no
private.delivery_attempts  delete    no   no     no   no     no   no     no   no     no   no
private.delivery_attempts  truncate  no   no     no   no     no   no     no   no     no   no
private.audit_log          select    no   no     no   no     yes  none   no   no     yes  yes
private.audit_log          insert    no   no     no   no     no   no     no   no     no   no
private.audit_log          update    no   no     no   no     no   no     no   no     no   no
private.audit_log          delete    no   no     no   no     no   no     no   no     no   no
private.audit_log          truncate  no   no     no   no     no   no     no   no     no   no
private.raw_answers        select    no   no     no   no     yes  none   no   no     yes  yes
private.raw_answers        insert    no   no     no   no     no   no     no   no     no   no
private.raw_answers        update    no   no     no   no     no   no     no   no     no   no
private.raw_answers        delete    no   no     no   no     no   no     no   no     no   no
private.raw_answers        truncate  no   no     no   no     no   no     no   no     no   no
private.idempotency_keys   select    no   no     no   no     no   no     no   no     yes  yes
private.idempotency_keys   insert    no   no     no   no     no   no     no   no     no   no
private.idempotency_keys   update    no   no     no   no     no   no     no   no     no   no
private.idempotency_keys   delete    no   no     no   no     no   no     no   no     no   no
private.idempotency_keys   truncate  no   no     no   no     no   no     no   no     no   no
private.search_lexicon     select    no   no     no   no     no   no     no   no     no   no
private.search_lexicon     insert    no   no     no   no     no   no     no   no     no   no
private.search_lexicon     update    no   no     no   no     no   no     no   no     no   no
private.search_lexicon     delete    no   no     no   no     no   no     no   no     no   no
private.search_lexicon     truncate  no   no     no   no     no   no     no   no     no   no
case_collaborators         select    yes  none   none none   yes  none   yes  none   yes  yes
case_collaborators         insert    yes  404    404  404    yes  404    yes  404    yes  yes
case_collaborators         update    no   no     no   no     no   no     no   no     no   no
case_collaborators         delete    yes  none   none none   yes  none   yes  none   yes  yes
case_collaborators         truncate  no   no     no   no     no   no     no   no     no   no
import_runs                select    no   no     no   no     yes  none   no   no     yes  yes
import_runs                insert    no   no     no   no     no   no     no   no     yes  yes
import_runs                update    no   no     no   no     no   no     no   no     yes  yes
import_runs                delete    no   no     no   no     no   no     no   no     no   no
import_runs                truncate  no   no     no   no     no   no     no   no     no   no
import_sources             select    no   no     no   no     yes  none   no   no     yes  yes
import_sources             insert    no   no     no   no     no   no     no   no     yes  yes
import_sources             update    no   no     no   no     yes  none   no   no     yes  yes
import_sources             delete    no   no     no   no     no   no     no   no     no   no
import_sources             truncate  no   no     no   no     no   no     no   no     no   no
import_findings            select    no   no     no   no     yes  none   no   no     yes  yes
import_findings            insert    no   no     no   no     no   no     no   no     yes  yes
import_findings            update    no   no     no   no     yes  none   no   no     yes  yes
import_findings            delete    no   no     no   no     no   no     no   no     no   no
import_findings            truncate  no   no     no   no     no   no     no   no     no   no
"""

VERBS = ("select", "insert", "update", "delete", "truncate")
# No right; or a view that nobody can write through, or truncate.
REFUSALS = {"42501": "no", "55000": "no", "42809": "no", "PT404": "404"}


class Table(NamedTuple):
    """One row of an office, the column to change, and a new row for it."""

    row: str
    column: str
    new: str


_WINDOW = Table("case_id = %(case)s", "version = 1", "(case_id, version) values (%(case)s, 1)")
TABLES = {
    "orgs": Table("id = %(org)s", "name = 'new'", "(name) values ('new')"),
    "profiles": Table(
        "user_id = %(person)s", "phone = '03'", "(user_id, org_id, name) values (%(newcomer)s, %(org)s, 'new')"
    ),
    "user_orgs": Table(
        "org_id = %(org)s and user_id = %(person)s",
        "created_at = now()",
        "(user_id, org_id) values (%(guest)s, %(org)s)",
    ),
    "cases": Table("id = %(case)s", "owner_name = 'new'", "(org_id, plate) values (%(org)s, %(plate)s)"),
    "case_search_index": Table("case_id = %(case)s", "garage = 'new'", "(case_id, org_id) values (%(case)s, %(org)s)"),
    "events": Table("case_id = %(case)s", "type = 'new'", "(org_id, type, door) values (%(org)s, 'new', 'UI')"),
    "case_helper": Table("case_id = %(case)s", "is_current = false", "(case_id, helper_json) values (%(case)s, '{}')"),
    "helper_state": _WINDOW,
    "helper_versions": _WINDOW,
    "helpers": _WINDOW,
    "case_helper_mirror": _WINDOW,
    "case_helper_sections": _WINDOW,
    "feature_flags": Table(
        "case_id = %(case)s", "value = 'off'", "(name, org_id, value) values ('USE_SUPABASE_LEVI', %(org)s, 'on')"
    ),
    "helper_sources": Table(
        "org_id = %(org)s and source = 'levi'", "note = 'new'", "(org_id, source, pointer) values (%(org)s, 'x', '/x')"
    ),
    "helper_sync_log": Table(
        "case_id = %(case)s",
        "sections_synced = '{}'",
        "(org_id, sync_direction, sync_status, door) values (%(org)s, 'TO_SUPABASE', 'FAILED', 'UI')",
    ),
    "parts_search_sessions": Table("case_id = %(case)s", "make = 'new'", "(case_id) values (%(case)s)"),
    "parts_search_results": Table("case_id = %(case)s", "make = 'new'", "(case_id) values (%(case)s)"),
    "selected_parts": Table("case_id = %(case)s", "oem = 'new'", "(case_id, part_name) values (%(case)s, 'x')"),
    "parts_required": Table("case_id = %(case)s", "oem = 'new'", "(case_id) values (%(case)s)"),
    "levi_reports": Table("case_id = %(case)s", "updated_at = now()", "(case_id, raw_sha256) values (%(case)s, 'x')"),
    "vehicle_details": Table(
        "case_id = %(case)s", "updated_at = now()", "(case_id, raw_sha256) values (%(case)s, 'x')"
    ),
    "ocr_results": Table(
        "case_id = %(case)s", "updated_at = now()", "(case_id, kind, raw_sha256) values (%(case)s, 'other', 'x')"
    ),
    "required_parts_archive": Table("case_id = %(case)s", "status = 'RESTORED'", "(case_id) values (%(case)s)"),
    "vat_rates": Table("org_id = %(org)s", "rate = 16", "(org_id, starts_on, rate) values (%(org)s, '2030-01-01', 19)"),
    "reminders": Table(
        "case_id = %(case)s",
        "description = 'new'",
        "(case_id, title, due_date) values (%(case)s, 'new', '2027-01-01')",
    ),
    "reminder_occurrences": Table(
        "org_id = %(org)s",
        "reason = 'new'",
        """(org_id, reminder_id, due_at, channel, sent_via)
        select %(org)s, id, now(), 'mail', 'MAKE' from public.reminders limit 1""",
    ),
    "outbound_messages": Table(
        "case_id = %(case)s",
        "subject = 'new'",
        "(case_id, channel, recipient, text, sent_via) values (%(case)s, 'SMS', '*2700', 'new', 'MAKE')",
    ),
    "message_templates": Table(
        "org_id = %(org)s", "title = 'new'", "(org_id, name, title, text) values (%(org)s, 'new', 'new', 'new')"
    ),
    "user_assets": Table(
        "org_id = %(org)s and user_id is null",
        "phone = '03'",
        "(org_id, user_id) values (%(org)s, %(person)s)",
    ),
    "invoice_suppliers": Table("org_id = %(org)s", "city = 'new'", "(org_id, name) values (%(org)s, 'new')"),
    "invoices": Table("case_id = %(case)s", "notes = 'new'", "(case_id) values (%(case)s)"),
    "invoice_lines": Table("case_id = %(case)s", "source = 'new'", "(invoice_id, line_number) values (%(invoice)s, 2)"),
    "invoice_documents": Table("case_id = %(case)s", "filename = 'new'", "(case_id) values (%(case)s)"),
    "invoice_damage_center_mappings": Table(
        "case_id = %(case)s",
        "field_id = 'new'",
        "(invoice_id, invoice_line_id, damage_center_id, field_type) values (%(invoice)s, %(line)s, 'dc_2', 'part')",
    ),
    "invoice_validations": Table(
        "org_id = %(org)s", "review_notes = 'new'", "(org_id, invoice_id, is_valid) values (%(org)s, %(invoice)s, true)"
    ),
    "kb_docs": Table("org_id = %(org)s", "lang = 'en'", "(org_id, title) values (%(org)s, 'x')"),
    "kb_embeddings": Table(
        "org_id = %(org)s",
        "part = 7",
        "(doc_id, org_id, part, model, embedding) values (%(doc)s, %(org)s, 1, 'm', '{1}')",
    ),
    "import_runs": Table("org_id = %(org)s", "report = '{}'", "(org_id, kind, place) values (%(org)s, 'HELPERS', 'x')"),
    "import_sources": Table(
        "org_id = %(org)s",
        "reason = 'x'",
        "(org_id, run_id, seen_in, kind, place, size_bytes, sha256, raw) select org_id, id, id, 'ROW', 'y', 1,"
        " repeat('a', 64), 'x' from public.import_runs where org_id = %(org)s limit 1",
    ),
    "import_findings": Table(
        "org_id = %(org)s",
        "decision = 'leave_it'",
        "(org_id, run_id, kind, key, proposed) select org_id, id, 'no_plate', 'y', 'leave_it' from public.import_runs"
        " where org_id = %(org)s limit 1",
    ),
    "job_runs": Table("org_id = %(org)s", "done = 7", "(kind, org_id, alive_until) values ('x', %(org)s, now())"),
    "cutover_steps": Table(
        "org_id = %(org)s",
        "reason = 'new'",
        """(org_id, module, kind, from_value, to_value, door)
        values (%(org)s, 'levi', 'switch', 'make', 'dual', 'ADMIN')""",
    ),
    "private.gateway_calls": Table(
        "org_id = %(org)s", "status = 201", "(org_id, op, status) values (%(org)s, 'x', 200)"
    ),
    "check_runs": Table("org_id = %(org)s", "ms = 7", "(org_id, name, state) values (%(org)s, 'x', 'WELL')"),
    "list_files": Table(
        "org_id = %(org)s",
        "total = 7",
        "(org_id, list, direction, format, filename, ids) values (%(org)s, 'x', 'EXPORT', 'csv', 'x', '{}')",
    ),
    "system_logs": Table(
        "org_id = %(org)s",
        "times = 7",
        "(log_level, component, event, message, minute) values ('INFO', 'x', 'x', 'x', now())",
    ),
    "admin_system_health": Table("org_id = %(org)s", "hour = now()", "(org_id, hour) values (%(org)s, now())"),
    "tracking_general": Table(
        "case_id = %(case)s", "garage = 'new'", "(org_id, case_id, plate) values (%(org)s, %(case)s, '1234567')"
    ),
    "tracking_expertise": Table(
        "case_id = %(case)s",
        "guidance = 'new'",
        "(org_id, case_id, plate, center_key, damage_center_index, damage_center_count)"
        " values (%(org)s, %(case)s, '1234567', 'x', 1, 1)",
    ),
    "tracking_final_report": Table(
        "case_id = %(case)s",
        "notes = 'new'",
        "(org_id, case_id, plate, center_key, damage_center_index, damage_center_count, report_type)"
        " values (%(org)s, %(case)s, '1234567', 'x', 1, 1, 'estimate')",
    ),
    # The one that stands there was removed, so that a new one may be made.
    "payment_tracking": Table("case_id = %(case)s", "notes = 'new'", "(case_id) values (%(case)s)"),
    "fee_invoices": Table(
        "case_id = %(case)s", "notes = 'new'", "(case_id, payment_tracking_id) values (%(case)s, %(payment)s)"
    ),
    # Of a file that lies on OneDrive alone.
    "documents": Table("case_id = %(case)s", "notes = 'new'", "(case_id, filename) values (%(case)s, 'new')"),
    "reports": Table(
        "case_id = %(case)s",
        "title = 'new'",
        """(case_id, report_type, version, case_helper_version, helper_name)
        select %(case)s, 'parts', 9, version, helper_name from public.case_helper where case_id = %(case)s""",
    ),
    "private.report_sources": Table(
        "org_id = %(org)s", "html = 'new'", "(report_id, org_id, html) values (%(newcomer)s, %(org)s, 'x')"
    ),
    "images": Table("case_id = %(case)s", "notes = 'new'", "(case_id, filename) values (%(case)s, 'new.jpg')"),
    "reminder_rules": Table(
        "org_id = %(org)s", "title = 'new'", "(org_id, title, based_on) values (%(org)s, 'new', 'opened')"
    ),
    "rule_reminders": Table(
        "org_id = %(org)s",
        "on_date = '2030-01-01'",
        """(org_id, rule_id, case_id, on_date, reminder_id, wrote)
        values (%(org)s, %(newcomer)s, %(case)s, '2030-01-01', %(newcomer)s, '{}')""",
    ),
    "private.calendar_feeds": Table(
        "org_id = %(org)s",
        "uses = 9",
        "(org_id, user_id, token_sha256) values (%(org)s, %(person)s, repeat('2', 64))",
    ),
    "private.document_links": Table(
        "case_id = %(case)s",
        "uses = 9",
        """(org_id, document_id, purpose, token_sha256, expires_at)
        select %(org)s, id, 'share', repeat('1', 64), now() from public.documents where case_id = %(case)s""",
    ),
    # Of a file that has bytes, so that Make was asked for it.
    "onedrive_sync": Table(
        "case_id = %(case)s", "reason = 'new'", "(org_id, document_id) select org_id, id from public.documents limit 1"
    ),
    "private.bytes_let_go": Table(
        "org_id = %(org)s",
        "let_go_at = now()",
        "(bucket_name, storage_key, org_id, document_id) values ('temp', 'a/b', %(org)s, %(newcomer)s)",
    ),
    "private.gateway_keys": Table(
        "org_id = %(org)s",
        "name = 'new'",
        "(org_id, name, key_hash, hint) values (%(org)s, 'new', repeat('0', 64), 'gk')",
    ),
    "private.webhook_endpoints": Table(
        "org_id = %(org)s",
        "name = 'new'",
        "(org_id, name, url, secret) values (%(org)s, 'new', 'https://hook.example.test/x', 'whsec_x')",
    ),
    "private.outbox": Table("case_id = %(case)s", "data = '{}'", "(org_id, type) values (%(org)s, 'test.ping')"),
    "private.deliveries": Table(
        "case_id = %(case)s",
        "attempts = 0",
        "(message_id, endpoint_id, org_id, seq, type) values (%(newcomer)s, %(newcomer)s, %(org)s, 1, 'test.ping')",
    ),
    "private.delivery_attempts": Table(
        "org_id = %(org)s",
        "ms = 1",
        "(delivery_id, org_id, number, request_id, started_at, ms) values (%(newcomer)s, %(org)s, 1, 'x', now(), 1)",
    ),
    "private.audit_log": Table(
        "org_id = %(org)s", "door = 'UI'", "(org_id, door, action, table_name) values (%(org)s, 'UI', 'INSERT', 'x')"
    ),
    "private.raw_answers": Table(
        "case_id = %(case)s", "body = 'new'", "(org_id, source, body) values (%(org)s, 'levi', 'x')"
    ),
    "private.idempotency_keys": Table(
        "principal = 'key:' || %(org)s",
        "status = 201",
        "(principal, key, op, fingerprint, status, answer) values ('x', 'x', 'x', 'x', 200, 'x')",
    ),
    "private.event_tickets": Table(
        "user_id is not null",
        "ends_at = now()",
        "(ticket_hash, user_id, opens_until, ends_at) values (repeat('a', 64), %(person)s, now(), now())",
    ),
    "private.search_lexicon": Table("true", "word = 'x'", "(word) values ('x')"),
    "case_collaborators": Table(
        "case_id = %(case)s", "added_at = now()", "(case_id, user_id) values (%(case)s, %(colleague)s)"
    ),
}


def statement(table: str, verb: str) -> str:
    of, place = TABLES[table], table if "." in table else f"public.{table}"
    return {
        "select": f"select 1 from {place} where {of.row}",
        "insert": f"insert into {place} {of.new}",
        "update": f"update {place} set {of.column} where {of.row}",
        "delete": f"delete from {place} where {of.row}",
        "truncate": f"truncate {place}",
    }[verb]


class Cell(NamedTuple):
    table: str
    verb: str
    caller: Caller
    office: str
    outcome: str


def cells() -> Iterator[Cell]:
    """The grid, with each kind of caller written out."""
    for line in GRID.strip().splitlines()[1:]:
        table, verb, *outcomes = line.split()
        member, suspended, staff, gateway, service = (outcomes[i : i + 2] for i in range(0, 10, 2))
        for caller, (own, other) in (
            (DANA, member), (SUSPENDED, suspended), (STAFF, staff), (GATEWAY, gateway), (SERVICE, service),
            (ANON, ("no", "no")), (BARE, ("no", "no")),
        ):  # fmt: skip
            yield Cell(table, verb, caller, "north", own)
            yield Cell(table, verb, caller, "south", other)
        yield Cell(table, verb, TAMAR, "south", member[0])
        yield Cell(table, verb, TAMAR, "north", member[1])


@pytest.fixture(scope="module")
def offices(desk):
    """What the statements name, for each of the two offices."""
    owner = desk()
    found = {}
    for name, person, caller in (("north", cast.DANA, DANA), ("south", cast.TAMAR, TAMAR)):
        newcomer = owner.value("insert into auth.users (id) values (%s) returning id", uuid.uuid4())
        other = cast.TAMAR if person is cast.DANA else cast.DANA
        case = desk(caller).open(any_plate(), '{"meta": {}}')["case_id"]
        invoice, line = _invoice(owner, person.org.id, case)
        _file(owner, person.org.id, case)
        desk(caller).ask("select public.report_request(%s, 'parts', p_html => 'x')", case)
        doc = _furnish(owner, person.org.id, case, KEY if name == "north" else uuid.uuid4())
        found[name] = {
            "org": person.org.id,
            "person": person.user_id,
            "newcomer": newcomer,
            "guest": other.user_id,
            "colleague": (cast.NOAM if person is cast.DANA else cast.URI).user_id,
            "plate": any_plate(),
            "case": case,
            "doc": doc,
            "payment": owner.value("select id from public.payment_tracking where case_id = %s", case),
            "invoice": invoice,
            "line": line,
        }
    return found


def _furnish(owner: Desk, org: uuid.UUID, case: uuid.UUID, key: uuid.UUID) -> uuid.UUID:
    """A row in each table; the answer is a document of the knowledge base."""
    owner.ask(
        """insert into private.gateway_keys (id, org_id, name, key_hash, hint)
        values (%s, %s, 'key', %s, 'gk_')""",
        *(key, org, key.hex * 2),
    )
    endpoint = owner.value(
        """insert into private.webhook_endpoints (org_id, name, url, secret)
        values (%s, 'hook', 'https://hook.example.test/a', 'whsec_x') returning id""",
        org,
    )
    owner.ask("select private.export_add(%s, 1, 'test')", case)
    owner.ask(
        """insert into private.delivery_attempts (delivery_id, org_id, number, request_id, started_at, ms)
        select id, org_id, 1, 'x', now(), 1 from private.deliveries where endpoint_id = %s limit 1""",
        endpoint,
    )
    owner.ask("insert into private.raw_answers (org_id, case_id, source, body) values (%s, %s, 'levi', 'x')", org, case)
    owner.ask("insert into public.feature_flags (name, case_id, value) values ('USE_SUPABASE_HELPER', %s, 'on')", case)
    owner.ask("select private.sync_log_add(%s, 'TO_SUPABASE', 'SUCCESS', '{}')", case)
    owner.ask("select private.idempotency_keep(%s, 'k', 'op', 'f', 200, '{}')", f"key:{org}")
    for table in ("parts_search_sessions", "parts_search_results", "parts_required"):
        owner.ask(f"insert into public.{table} (case_id) values (%s)", case)
    owner.ask("insert into public.selected_parts (case_id, part_name) values (%s, 'x')", case)
    owner.ask("insert into public.levi_reports (case_id, raw_sha256) values (%s, 'y')", case)
    reminder = owner.value(
        "insert into public.reminders (case_id, title, due_date) values (%s, 'x', '2027-01-01') returning id", case
    )
    owner.ask(
        """insert into public.reminder_occurrences (org_id, reminder_id, due_at, channel, sent_via)
        values (%s, %s, now(), 'mail', 'MAKE')""",
        *(org, reminder),
    )
    owner.ask("insert into public.message_templates (org_id, name, title, text) values (%s, 'x', 'x', 'x')", org)
    owner.ask(
        """insert into public.outbound_messages (case_id, channel, recipient, text, sent_via)
        values (%s, 'SMS', '*2700', 'x', 'MAKE')""",
        case,
    )
    owner.ask("insert into public.vehicle_details (case_id, raw_sha256) values (%s, 'y')", case)
    owner.ask("insert into public.ocr_results (case_id, kind, raw_sha256) values (%s, 'other', 'y')", case)
    owner.ask("select private.job_begin('x', 60, p_org_id => %s)", org)
    owner.ask(
        """insert into public.list_files (org_id, list, direction, format, filename, ids)
        values (%s, 'x', 'EXPORT', 'csv', 'x', '{}')""",
        org,
    )
    moved = owner.value(
        "insert into public.import_runs (org_id, kind, place) values (%s, 'HELPERS', 'x') returning id", org
    )
    owner.ask(
        """insert into public.import_sources (org_id, run_id, seen_in, kind, place, size_bytes, sha256, raw, case_id)
        values (%s, %s, %s, 'HELPER', 'x', 1, repeat('a', 64), 'x', %s)""",
        *(org, moved, moved, case),
    )
    owner.ask(
        """insert into public.import_findings (org_id, run_id, kind, key, proposed, case_id)
        values (%s, %s, 'no_plate', 'x', 'leave_it', %s)""",
        *(org, moved, case),
    )
    owner.ask("select private.system_log('INFO', 'x', 'x', 'x', p_org_id => %s)", org)
    owner.ask(
        """insert into public.cutover_steps (org_id, module, kind, from_value, to_value, door)
        values (%s, 'levi', 'switch', 'make', 'dual', 'ADMIN')""",
        org,
    )
    owner.ask("insert into private.gateway_calls (org_id, op, status) values (%s, 'x', 200)", org)
    owner.ask("insert into public.check_runs (org_id, name, state) values (%s, 'x', 'WELL')", org)
    center = """(org_id, case_id, plate, center_key, damage_center_index, damage_center_count{more})
        select org_id, id, plate, 'c', 1, 1{values} from public.cases where id = %s"""
    owner.ask(f"insert into public.tracking_expertise {center.format(more='', values='')}", case)
    named = center.format(more=", report_type", values=", 'estimate'")
    owner.ask(f"insert into public.tracking_final_report {named}", case)
    payment = owner.value(
        "insert into public.payment_tracking (case_id, removed_at) values (%s, now()) returning id", case
    )
    owner.ask("insert into public.fee_invoices (case_id, payment_tracking_id) values (%s, %s)", case, payment)
    _reminded_by_rule(owner, org, case)
    owner.ask(
        """insert into public.case_collaborators (case_id, user_id)
        select %s, user_id from public.profiles
        where org_id = %s and role = 'assessor' and status = 'active' limit 1""",
        *(case, org),
    )
    doc = owner.value("insert into public.kb_docs (org_id, title) values (%s, 'x') returning id", org)
    owner.ask(
        "insert into public.kb_embeddings (doc_id, org_id, model, embedding) values (%s, %s, 'm', '{1}')", doc, org
    )
    return doc


def _reminded_by_rule(owner: Desk, org: uuid.UUID, case: uuid.UUID) -> None:
    """A reminder that a rule made, and a person's calendar."""
    made = owner.value(
        "insert into public.reminders (case_id, title, due_date) values (%s, 'x', '2030-01-01') returning id", case
    )
    owner.ask(
        """insert into public.rule_reminders (org_id, rule_id, case_id, on_date, reminder_id, wrote)
        select org_id, id, %s, '2029-01-01', %s, '{}' from public.reminder_rules where org_id = %s limit 1""",
        *(case, made, org),
    )
    owner.ask(
        """insert into private.calendar_feeds (org_id, user_id, token_sha256)
        select org_id, user_id, encode(sha256(user_id::text::bytea), 'hex') from public.profiles
        where org_id = %s and role = 'admin' limit 1""",
        org,
    )


def _invoice(owner: Desk, org: uuid.UUID, case: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID]:
    """An invoice with a line, a document and a damage center."""
    owner.ask("insert into public.vat_rates (org_id, starts_on, rate) values (%s, '2029-01-01', 18)", org)
    owner.ask("insert into public.user_assets (org_id, business_name) values (%s, 'x')", org)
    owner.ask("insert into public.invoice_suppliers (org_id, name) values (%s, 'x')", org)
    invoice = owner.value("insert into public.invoices (case_id) values (%s) returning id", case)
    line = owner.value(
        "insert into public.invoice_lines (invoice_id, line_number) values (%s, 1) returning id", invoice
    )
    owner.ask("insert into public.invoice_documents (invoice_id) values (%s)", invoice)
    owner.ask("insert into public.required_parts_archive (case_id) values (%s)", case)
    owner.ask(
        """insert into public.invoice_damage_center_mappings (invoice_id, invoice_line_id, damage_center_id, field_type)
        values (%s, %s, 'dc_1', 'part')""",
        *(invoice, line),
    )
    return invoice, line


def _file(owner: Desk, org: uuid.UUID, case: uuid.UUID) -> None:
    """A file of a case, with a link to it, and a picture."""
    owner.ask("insert into public.images (case_id, filename) values (%s, 'x.jpg')", case)
    document = owner.value("insert into public.documents (case_id, filename) values (%s, 'x.pdf') returning id", case)
    owner.ask(
        """insert into private.document_links (org_id, case_id, document_id, purpose, token_sha256, expires_at)
        values (%s, %s, %s, 'share', encode(sha256(%s::text::bytea), 'hex'), now())""",
        *(org, case, document, str(document)),
    )
    # One with bytes has a row of its copy, and giving them up leaves one of what is to be removed.
    stored = owner.value(
        """insert into public.documents (case_id, filename, bucket_name, storage_key)
        values (%s, 'y.pdf', 'docs', %s || '/y.pdf') returning id""",
        *(case, str(org)),
    )
    owner.ask("update public.documents set storage_key = null where id = %s", stored)


def outcome(desk, cell: Cell, names: dict) -> str:
    try:
        with desk(cell.caller).moment(for_nothing=True) as cursor:
            cursor.execute(statement(cell.table, cell.verb), names)
            return "yes" if cursor.rowcount > 0 else "none"
    except psycopg.Error as exc:
        return REFUSALS.get(exc.sqlstate, exc.sqlstate)


def test_every_table_and_verb_has_a_line(owner):
    found = owner.ask("""
        select case relnamespace when 'private'::regnamespace then 'private.' else '' end || relname as name
        from pg_class
        where relnamespace in ('public'::regnamespace, 'private'::regnamespace)
          and relkind in ('r', 'p', 'v', 'm', 'f')""")
    lines = [tuple(line.split()[:2]) for line in GRID.strip().splitlines()[1:]]

    assert sorted(lines) == sorted((row["name"], verb) for row in found for verb in VERBS)


@pytest.mark.parametrize("table", TABLES)
def test_each_caller_may_do_exactly_this(desk, offices, table):
    asked = [cell for cell in cells() if cell.table == table]
    found = [cell._replace(outcome=outcome(desk, cell, offices[cell.office])) for cell in asked]

    assert [f"{c.caller.name} {c.verb} {c.office}: {c.outcome}" for c in found if c not in asked] == []
    assert len(asked) == 5 * 8 * 2


def test_people_may_not_promote_themselves(dana):
    for column, value in (("role", "admin"), ("status", "active"), ("org_id", cast.SOUTH.id), ("name", "x")):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            dana.ask(f"update public.profiles set {column} = %s where user_id = %s", value, cast.DANA.user_id)


def test_people_keep_their_own_contact_details_and_nobody_elses(dana):
    write = "update public.profiles set phone = '04' where user_id = %s"

    assert dana.changed(write, cast.DANA.user_id) == 1
    assert dana.changed(write, cast.NOAM.user_id) == 0


def test_a_case_cannot_be_moved_to_another_office(owner, dana, service, case):
    for desk in (dana, service):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            desk.ask("update public.cases set org_id = %s where id = %s", cast.SOUTH.id, case["case_id"])
    owner.ask("update public.cases set org_id = %s where id = %s", cast.SOUTH.id, case["case_id"])

    assert dana.value("select org_id from public.cases where id = %s", case["case_id"]) == cast.NORTH.id


def test_a_case_goes_to_somebody_of_its_own_office(dana, case):
    give = "update public.cases set assigned_to = %s where id = %s"

    assert dana.changed(give, cast.NOAM.user_id, case["case_id"]) == 1
    with pytest.raises(psycopg.Error) as told:
        dana.ask(give, cast.TAMAR.user_id, case["case_id"])
    assert told.value.sqlstate == "PT422"


@pytest.mark.parametrize("caller", [ANON, BARE], ids=["anon", "bare"])
def test_who_is_nobody_may_call_no_public_function(owner, desk, caller):
    functions = owner.ask("""
        select format('select public.%%I(%%s)', proname,
          (select string_agg(format('null::%%s', format_type(t, null)), ', ') from unnest(proargtypes) t)) call
        from pg_proc where pronamespace = 'public'::regnamespace""")

    assert len(functions) >= 4
    for function in functions:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            desk(caller).ask(function["call"])


def test_nobody_enters_the_private_room_or_djangos_tables(desk):
    for caller in (ANON, DANA, SERVICE):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            desk(caller).ask("select count(*) from backoffice.accounts_user")
    for secret in ("private.event_add(null, null, 'x')", "private.search_row_write(null, '{}')"):
        for caller in (ANON, DANA, STAFF, SERVICE, BARE):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                desk(caller).ask(f"select {secret}")


def test_suspending_a_person_acts_at_once(owner, desk, dana, case):
    def may_read():
        return dana.ask("select 1 from public.cases where id = %s", case["case_id"]) != []

    assert may_read()
    owner.ask("update public.profiles set status = 'suspended' where user_id = %s", cast.DANA.user_id)
    try:
        assert not may_read()
    finally:
        owner.ask("update public.profiles set status = 'active' where user_id = %s", cast.DANA.user_id)
    assert may_read()


def test_who_is_moved_to_another_office_leaves_the_old_one(owner, service, database, case):
    newcomer = owner.value("insert into auth.users (id) values (gen_random_uuid()) returning id")
    service.ask("insert into public.profiles (user_id, org_id, name) values (%s, %s, 'new')", newcomer, cast.NORTH.id)
    moved = Desk(database, Caller("moved", "authenticated", {"sub": str(newcomer), "role": "authenticated"}))
    try:
        assert moved.ask("select 1 from public.cases where id = %s", case["case_id"]) != []
        service.ask("update public.profiles set org_id = %s where user_id = %s", cast.SOUTH.id, newcomer)

        assert moved.ask("select 1 from public.cases where id = %s", case["case_id"]) == []
        assert moved.ask("select org_id from public.user_orgs where user_id = %s", newcomer) == [
            {"org_id": cast.SOUTH.id}
        ]
    finally:
        moved.connection.close()


def test_only_managers_change_the_machinery(desk, offices):
    """Dana works in the back office here, but she manages nothing."""
    clerk = desk(CLERK)
    for table in ("feature_flags", "helper_sources", "private.gateway_keys", "private.webhook_endpoints"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), clerk.moment(for_nothing=True) as cursor:
            cursor.execute(statement(table, "insert"), offices["north"])
        with clerk.moment(for_nothing=True) as cursor:
            assert cursor.execute(statement(table, "update"), offices["north"]).rowcount == 0


def test_a_revoked_key_sees_nothing_from_the_next_moment_on(desk, owner, offices):
    revoked = uuid.uuid4()
    owner.ask(
        """insert into private.gateway_keys (id, org_id, name, key_hash, hint, revoked_at)
        values (%s, %s, 'old', %s, 'gk_', now())""",
        *(revoked, cast.NORTH.id, revoked.hex * 2),
    )

    assert desk(gateway(revoked)).ask("select 1 from public.cases") == []


def test_nobody_becomes_the_gateway_through_a_claim(desk, offices):
    claims = {"sub": str(cast.TAMAR.user_id), "role": "authenticated", "gateway_key": str(KEY)}

    assert (
        desk(Caller("liar", "authenticated", claims)).ask("select 1 from public.cases where org_id = %s", cast.NORTH.id)
        == []
    )
