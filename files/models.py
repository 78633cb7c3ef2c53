"""Every table of files, for Django to find and for all others to name; each mirror stands in a file of its own."""

from files.asset_models import UserAssets as UserAssets
from files.document_models import Document as Document
from files.document_models import WaitingDocument as WaitingDocument
from files.link_models import DocumentLink as DocumentLink
from files.message_models import MessageTemplate as MessageTemplate
from files.message_models import OutboundMessage as OutboundMessage
from files.onedrive_models import OnedriveSync as OnedriveSync
from files.picture_models import Image as Image
from files.report_models import Report as Report
from files.report_models import ReportSource as ReportSource
