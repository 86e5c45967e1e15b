"""The words of BPMN 2.0.2: which elements there are, what refers to what, which values attributes take (chapter 15)."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TASKS = _words(
    """
    task manualTask userTask serviceTask sendTask receiveTask scriptTask businessRuleTask callActivity
    """
)
SUB_PROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ALL_ACTIVITIES = TASKS | SUB_PROCESSES
ALL_GATEWAYS = frozenset(
    {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"}
)
CATCHING = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
THROWING = frozenset({"intermediateThrowEvent", "endEvent", "implicitThrowEvent"})
ALL_EVENTS = CATCHING | THROWING
CHOREOGRAPHY = _words("choreography globalChoreographyTask choreographyTask subChoreography callChoreography")
CONVERSATION = _words(
    """
    conversation subConversation callConversation globalConversation conversationLink conversationAssociation
    """
)
FLOW_NODES = ALL_ACTIVITIES | ALL_GATEWAYS | ALL_EVENTS
CONTAINERS = SUB_PROCESSES | {"process"}
"""What flow nodes may stand in, apart from choreographies."""
CHOREOGRAPHIES = frozenset({"choreography", "subChoreography", "globalChoreographyTask"})
GLOBAL_TASKS = _words("globalTask globalUserTask globalManualTask globalScriptTask globalBusinessRuleTask")
DEFINITIONS = _words("message timer signal error escalation conditional link terminate compensate cancel")

EVENT_KINDS = {
    "start of a process": frozenset({"none", "message", "timer", "conditional", "signal"}),
    "start of an event sub-process": frozenset(
        {"message", "timer", "conditional", "signal", "error", "escalation", "compensate"}
    ),
    "intermediateCatchEvent": frozenset({"message", "timer", "conditional", "signal", "link"}),
    "boundaryEvent": frozenset(
        {"message", "timer", "conditional", "signal", "error", "escalation", "compensate", "cancel"}
    ),
    "intermediateThrowEvent": frozenset({"none", "message", "signal", "escalation", "link", "compensate"}),
    "endEvent": frozenset({"none", "message", "signal", "error", "escalation", "compensate", "cancel", "terminate"}),
}
"""Which event definitions stand where (table 10.93)."""

REFERENCES: dict[str, frozenset[str] | None] = {
    "messageRef": frozenset({"message"}),
    "inMessageRef": frozenset({"message"}),
    "outMessageRef": frozenset({"message"}),
    "signalRef": frozenset({"signal"}),
    "errorRef": frozenset({"error"}),
    "escalationRef": frozenset({"escalation"}),
    "operationRef": frozenset({"operation"}),
    "interfaceRef": frozenset({"interface"}),
    "supportedInterfaceRef": frozenset({"interface"}),
    "itemSubjectRef": frozenset({"itemDefinition"}),
    "itemRef": frozenset({"itemDefinition"}),
    "dataObjectRef": frozenset({"dataObject"}),
    "dataStoreRef": frozenset({"dataStore"}),
    "categoryValueRef": frozenset({"categoryValue"}),
    "processRef": frozenset({"process"}),
    "eventDefinitionRef": frozenset(f"{kind}EventDefinition" for kind in DEFINITIONS),
    "noneBehaviorEventRef": frozenset(f"{kind}EventDefinition" for kind in DEFINITIONS),
    "oneBehaviorEventRef": frozenset(f"{kind}EventDefinition" for kind in DEFINITIONS),
    "resourceRef": frozenset({"resource"}),
    "parameterRef": frozenset({"resourceParameter"}),
    "correlationKeyRef": frozenset({"correlationKey"}),
    "correlationPropertyRef": frozenset({"correlationProperty"}),
    "participantRef": frozenset({"participant"}),
    "partnerRoleRef": frozenset({"partnerRole"}),
    "partnerEntityRef": frozenset({"partnerEntity"}),
    "flowNodeRef": None,
    "dataInputRefs": frozenset({"dataInput"}),
    "dataOutputRefs": frozenset({"dataOutput"}),
    "initiatingParticipantRef": frozenset({"participant"}),
    "loopDataInputRef": None,
    "loopDataOutputRef": None,
    "inputDataItemRef": None,
    "outputDataItemRef": None,
}
"""Attributes and children that name another element of the file, and what that must be (None: anything)."""

ENDS = frozenset({"association", "dataInputAssociation", "dataOutputAssociation", "messageFlow", "conversationLink"})
"""What has a sourceRef and a targetRef beside the sequence flow, whose ends have rules of their own."""

BOOLEANS = _words(
    """
    isExecutable isClosed isForCompensation cancelActivity isInterrupting parallelMultiple triggeredByEvent
    instantiate isSequential testBefore isCollection isUnlimited isImmediate waitForCompletion
    cancelRemainingInstances mustUnderstand optional whileExecuting
    """
)
VALUES: dict[str, tuple[str, ...]] = {
    "gatewayDirection": ("Unspecified", "Converging", "Diverging", "Mixed"),
    "eventGatewayType": ("Exclusive", "Parallel"),
    "associationDirection": ("None", "One", "Both"),
    "ordering": ("Parallel", "Sequential"),
    "behavior": ("None", "One", "All", "Complex"),
    "processType": ("None", "Public", "Private"),
    "itemKind": ("Information", "Physical"),
}
"""Attributes with a closed list of values."""

OWNERS: dict[str, frozenset[str]] = {
    "attachedToRef": frozenset({"boundaryEvent"}),
    "cancelActivity": frozenset({"boundaryEvent"}),
    "isInterrupting": frozenset({"startEvent"}),
    "parallelMultiple": CATCHING,
    "triggeredByEvent": SUB_PROCESSES,
    "ordering": frozenset({"adHocSubProcess"}),
    "instantiate": frozenset({"receiveTask", "eventBasedGateway"}),
    "eventGatewayType": frozenset({"eventBasedGateway"}),
    "gatewayDirection": ALL_GATEWAYS,
    "calledElement": frozenset({"callActivity"}),
    "processRef": frozenset({"participant"}),
    "isForCompensation": ALL_ACTIVITIES,
    "startQuantity": ALL_ACTIVITIES,
    "completionQuantity": ALL_ACTIVITIES,
    "isSequential": frozenset({"multiInstanceLoopCharacteristics"}),
    "testBefore": frozenset({"standardLoopCharacteristics"}),
    "isExecutable": frozenset({"process"}),
}
"""Attributes that say something only at these elements."""

ELEMENTS = (
    FLOW_NODES
    | CONTAINERS
    | GLOBAL_TASKS
    | CHOREOGRAPHY
    | CONVERSATION
    | frozenset(REFERENCES)
    | frozenset(f"{kind}EventDefinition" for kind in DEFINITIONS)
    | _words(
        """
    activationCondition artifact artifactRef assignment association auditing baseElement callableElement
    calledCollaborationRef category categorizedFlowElements categoryValue catchEvent choreographyActivity
    choreographyRef collaboration completionCondition complexBehaviorDefinition condition conditionExpression
    conversationNode correlationKey correlationProperty correlationPropertyBinding
    correlationPropertyRetrievalExpression correlationSubscription childLaneSet dataAssociation dataInput
    dataInputAssociation dataObject dataObjectReference dataOutput dataOutputAssociation dataPath dataState
    dataStore dataStoreReference definitionalCollaborationRef definitions documentation endPoint endPointRef
    error escalation event eventDefinition expression extension extensionElements flowElement flowElementRef
    flowNode formalExpression from gateway group humanPerformer import incoming inMessageRef inputDataItem
    inputOutputBinding inputOutputSpecification inputSet inputSetRefs inputSetWithOptional
    inputSetWithWhileExecuting innerConversationNodeRef innerParticipantRef interface ioBinding ioSpecification
    itemDefinition lane laneSet loopCardinality loopCharacteristics loopCondition message messageFlow
    messageFlowAssociation messageFlowRef messagePath monitoring multiInstanceLoopCharacteristics operation
    optionalInputRefs optionalOutputRefs outerConversationNodeRef outerParticipantRef outgoing outputDataItem
    outputSet outputSetRefs outputSetWithOptional outputSetWithWhileExecuting participant participantAssociation
    participantMultiplicity partitionElement partnerEntity partnerRole performer potentialOwner property
    rendering relationship resource resourceAssignmentExpression resourceParameter resourceParameterBinding
    resourceRole rootElement script sequenceFlow signal source sourceRef standardLoopCharacteristics
    subConversation supports target targetRef text textAnnotation throwEvent timeCycle timeDate timeDuration to
    transformation value whileExecutingInputRefs whileExecutingOutputRefs
    """
    )
)
"""Every element name of the standard's XML schema."""
